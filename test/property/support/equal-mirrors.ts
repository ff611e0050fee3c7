import type { MirrorCase } from './mirror-case.js';
import type { BothViews } from './mirror-model.js';
import type { MailView } from './mirror-person.js';

/** Which flags either side can keep. */
export function keptByBoth({ a, b }: MirrorCase): (flag: string) => boolean {
  return (flag) => flag.startsWith('\\') || (a.anyKeyword && b.anyKeyword);
}

/** Throws unless both sides hold the same, but for what a server without UIDPLUS cannot remove. */
export function assertSameOnBothSides(mirrorCase: MirrorCase, { a, b }: BothViews): void {
  const mailboxes = new Set([...a.keys(), ...b.keys()]);
  for (const mailbox of mailboxes) {
    const [inA, inB] = [linesOf(mirrorCase, a, mailbox), linesOf(mirrorCase, b, mailbox)];
    const missing = mirrorCase.b.uidplus || mirrorCase.a.uidplus ? [] : ['both lack UIDPLUS'];
    if (mirrorCase.b.uidplus) missing.push(...surplus(inB, inA).map((line) => `a lacks ${line}`));
    if (mirrorCase.a.uidplus) missing.push(...surplus(inA, inB).map((line) => `b lacks ${line}`));
    if (missing.length > 0) throw new Error(`${mailbox}: ${missing.join('; ')}`);
  }
}

function linesOf(mirrorCase: MirrorCase, view: MailView, mailbox: string): string[] {
  const kept = keptByBoth(mirrorCase);
  const messages = view.get(mailbox);
  if (!messages) throw new Error(`${mailbox} is missing on one side`);
  return messages.map(({ number, flags }) => `message ${number} ${flags.filter(kept).join(' ')}`.trim());
}

/** What of the first list has no match in the second. */
function surplus(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
