import { expect } from 'vitest';
import { fillAccount } from '../accounts/index.js';
import { type BackupRun, type BackupStage, onStage, smallMessages, writesIn } from '../backup/index.js';
import {
  type AccountImage,
  type CompareOptions,
  compareAccounts,
  type ReadOptions,
  readAccount,
} from '../compare/index.js';
import type { AccountLogin } from '../imap-client/index.js';
import type { Summary } from '../program/index.js';
import { act, type Person } from './person.js';

/** Mailbox names with the labels of what is in them, in any order. */
export type Mail = Readonly<Record<string, readonly string[]>>;
type Acts = (person: Person) => Promise<void>;

/** Some servers make them by themselves. */
const OF_THE_SERVER = ['Sent', 'Drafts', 'Trash'];
const MOST_RUNS = 3;

/** Two accounts that are mirrored, what people do there, and what is there afterwards. */
export class Mirrored {
  readonly stage: BackupStage;

  constructor(stage: BackupStage) {
    this.stage = stage;
  }

  /** What people do between two runs. */
  async edit(sides: Readonly<Partial<Record<'a' | 'b', Acts>>>): Promise<void> {
    const { source, destination } = this.stage;
    if (sides.a) await act(source, sides.a);
    if (sides.b) await act(destination, sides.b);
  }

  /** Mirrors until a run says that all is done. Returns what the first run said. */
  async settle(...options: readonly string[]): Promise<BackupRun> {
    const first = await this.stage.mirror(...options);
    let run = first;
    for (let more = 1; more < MOST_RUNS && run.summary.exitCode === 2; more++) {
      run = await this.stage.mirror(...options);
    }
    expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [] });
    return first;
  }

  /** Both sides hold this, with equal octets, flags and dates, and nothing else; the next run writes nothing. */
  async expectBoth(mail: Mail, options: CompareOptions = {}): Promise<void> {
    const [a, b] = await this.stage.images();
    const wanted = Object.fromEntries(Object.entries(mail).map(([name, held]) => [name, [...held].sort()]));
    expect({ a: mailOf(a), b: mailOf(b) }).toEqual({ a: wanted, b: wanted });
    expect(compareAccounts(a, b, { ignoreOrder: true, ...options })).toEqual([]);
    await this.expectRest();
  }

  async expectRest(): Promise<void> {
    const { summary, stderr, said } = await this.stage.mirror();
    expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [] });
    expect(Object.values(said).flatMap(writesIn)).toEqual([]);
  }

  /** What is in the mailboxes of each side, sorted. */
  async mail(options: ReadOptions = {}): Promise<[a: Record<string, string[]>, b: Record<string, string[]>]> {
    const { source, destination } = this.stage;
    const [a, b] = await Promise.all([readAccount(source, options), readAccount(destination, options)]);
    return [mailOf(a), mailOf(b)];
  }

  /** How many messages a mailbox of each side holds; null where there is none. */
  async counts(mailbox: string): Promise<[a: number | null, b: number | null]> {
    const count = (person: Person): Promise<number | null> => person.count(mailbox);
    return [await act(this.stage.source, count), await act(this.stage.destination, count)];
  }

  /** The flags of a message on both sides, sorted without regard to case. */
  async flags(mailbox: string, label: string): Promise<(readonly string[])[]> {
    return (await this.stage.images()).map((image) => flagsIn(image, mailbox, label));
  }
}

/** Fills two accounts, mirrors them and works on them. */
export async function mirrored(
  [a, b]: readonly [AccountLogin, AccountLogin],
  counts: Readonly<Record<string, number>>,
  work: (mirror: Mirrored) => Promise<void>,
): Promise<void> {
  await fillWith(a, counts);
  await onStage(a, b, async (stage) => {
    const mirror = new Mirrored(stage);
    await mirror.settle();
    await work(mirror);
  });
}

/** Makes subscribed mailboxes of so many messages each, labelled `name.1` and so on. */
export async function fillWith(login: AccountLogin, counts: Readonly<Record<string, number>>): Promise<void> {
  await fillAccount(login, {
    mailboxes: Object.entries(counts).map(([name, count]) => ({
      path: name.split('/'),
      subscribed: true,
      messages: smallMessages(name, count),
    })),
  });
}

export function mailOf({ mailboxes }: AccountImage): Record<string, string[]> {
  const held = mailboxes
    .filter(({ selectable }) => selectable)
    .map(({ path, messages }): [string, string[]] => [
      path.join('/'),
      messages.map(({ label }) => shortLabel(label)).sort(),
    ]);
  return Object.fromEntries(held.filter(([name, all]) => all.length > 0 || !OF_THE_SERVER.includes(name)));
}

export function flagsIn({ mailboxes }: AccountImage, mailbox: string, label: string): readonly string[] {
  const messages = mailboxes.find(({ path }) => path.join('/') === mailbox)?.messages ?? [];
  const found = messages.find((message) => shortLabel(message.label) === label);
  if (!found) throw new Error(`${label} is not in ${mailbox}`);
  return found.flags;
}

export function conflictsIn({ conflicts }: Summary): string[] {
  return conflicts.map(({ mailbox, kind }) => `${mailbox} ${kind}`).sort();
}

function shortLabel(label: string): string {
  return /^<(.*)@example\.net>$/.exec(label)?.[1] ?? label;
}
