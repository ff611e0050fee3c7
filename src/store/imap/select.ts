import type { MailboxSnapshot, WireName } from '../../model/mailbox.js';
import type { StoreFeatures } from '../mail-store.js';
import { type Answer, ask } from './answers.js';
import { mailboxRefusal, refusal } from './errors.js';
import type { Quirks } from './features.js';
import type { SelectedOn } from './mailbox-reads.js';
import { mailboxStatus, readMailboxId } from './status.js';
import { stringPart } from './wire/command.js';
import type { StatusLine } from './wire/status-line.js';
import { atomsOf, modseqOf, numberOf, type Token } from './wire/tokens.js';

const KINDS = ['EXISTS', 'FLAGS', 'OK', 'RECENT'];

/** SELECT or EXAMINE (RFC 3501, sections 6.3.1 and 6.3.2). `onSent` may send what is to come right behind it. */
export async function selectMailbox(
  on: SelectedOn,
  quirks: Quirks,
  mode: 'examine' | 'select',
  onSent: () => void,
  signal: AbortSignal,
): Promise<MailboxSnapshot> {
  const { connection, facts, mailbox } = on;
  // Asked before the SELECT, so that the number can only be too low, and a message that arrives between is new.
  const before = quirks.selectLacksUidNext
    ? mailboxStatus(connection, facts.features, mailbox, signal)
    : null;
  const opening = ask(
    connection,
    [mode === 'select' ? 'SELECT ' : 'EXAMINE ', stringPart(mailbox)],
    KINDS,
    signal,
    { selects: true },
  );
  onSent();
  const [status, answer] = await Promise.all([before, opening]);
  if (answer.status.status !== 'OK') throw mailboxRefusal(answer.status, 'open the mailbox', { mailbox });
  const snapshot = readSnapshot(answer, mailbox, mode, facts.features);
  if (!snapshot)
    throw refusal(answer.status, 'tell what the mailbox holds (it answered without it)', { mailbox });
  if (snapshot.uidNext !== null) return snapshot;
  if (status) return { ...snapshot, uidNext: status.uidNext };
  quirks.selectLacksUidNext = true;
  return selectMailbox(on, quirks, mode, () => undefined, signal);
}

function readSnapshot(
  answer: Answer,
  name: WireName,
  mode: 'examine' | 'select',
  features: StoreFeatures,
): MailboxSnapshot | null {
  const codes = new Map<string, readonly Token[]>();
  let messages: number | null = null;
  for (const response of answer.untagged) {
    if (response.status?.code === 'CLOSED') {
      // What came before speaks of the mailbox that was open until now (RFC 7162, section 3.2.11).
      codes.clear();
      messages = null;
    }
    if (response.kind === 'EXISTS') messages = response.number;
    remember(codes, response.status);
  }
  remember(codes, answer.status);
  const uidValidity = numberOf(codes.get('UIDVALIDITY')?.[0]);
  if (messages === null || uidValidity === null) return null;
  const modseq = codes.has('NOMODSEQ') ? null : modseqOf(codes.get('HIGHESTMODSEQ')?.[0]);
  const readOnly = mode === 'examine' || codes.has('READ-ONLY');
  return {
    name,
    messages,
    uidValidity,
    uidNext: numberOf(codes.get('UIDNEXT')?.[0]) || null,
    highestModseq: modseq === 0n ? null : modseq,
    mailboxId: features.objectId ? readMailboxId(codes.get('MAILBOXID')?.[0]) : null,
    readOnly,
    permanentFlags: readOnly ? [] : permanentFlags(codes, answer),
  };
}

function remember(codes: Map<string, readonly Token[]>, status: StatusLine | null): void {
  if (status?.code) codes.set(status.code, status.args);
}

/** Without PERMANENTFLAGS all flags of FLAGS can be changed permanently (RFC 3501, section 7.1). */
function permanentFlags(codes: ReadonlyMap<string, readonly Token[]>, answer: Answer): readonly string[] {
  const told = atomsOf(codes.get('PERMANENTFLAGS')?.[0]);
  if (told) return told;
  const flags = answer.untagged.find((response) => response.kind === 'FLAGS')?.tokens();
  return atomsOf(flags?.[0]) ?? [];
}
