import type { RunSummary } from '../../report/summary.js';
import { cleanText } from './clean-text.js';
import type { SideWords } from './side-words.js';
import { isTwoWay } from './side-words.js';
import { formatBytes, formatCount } from './units.js';

const LABEL_COLUMNS = 11;

export function labelled(name: string, text: string): string {
  return `  ${name.padEnd(LABEL_COLUMNS)}${text}`;
}

/** What a run did, without what is zero. */
export function numberRows({ mailboxes, messages, flags, bytes }: RunSummary, sides: SideWords): string[] {
  return [
    ...row('mailboxes', [
      [mailboxes.seen, 'seen'],
      [mailboxes.changed, 'changed'],
      [mailboxes.created, 'created'],
      [mailboxes.renamed, 'renamed'],
      [mailboxes.removed, 'removed'],
      [mailboxes.failed, 'not finished'],
    ]),
    ...row('messages', [
      [messages.copied, `copied (${formatBytes(bytes.copied)})`],
      [messages.paired, 'there already'],
      [messages.moved, 'moved'],
      [messages.removed, 'removed'],
      [messages.skipped, 'left out'],
      [messages.failed, 'not carried'],
    ]),
    ...accountRows(sides, messages, messages.atSource, ''),
    ...row('flags', [[flags.updated, flags.updated === 1 ? 'message updated' : 'messages updated']]),
  ];
}

/** What a dry run found to do, without what is zero. */
export function planRows({ mailboxes, messages, flags, planned }: RunSummary, sides: SideWords): string[] {
  const size = planned.bytes === null ? '' : ` (${formatBytes(planned.bytes)})`;
  const { moved, removed, atSource } = messages;
  const all = { copied: planned.messages, moved, removed };
  return [
    ...row('mailboxes', [
      [mailboxes.seen, 'seen'],
      [mailboxes.created, 'would be created'],
      [mailboxes.renamed, 'would be renamed'],
      [mailboxes.removed, 'would be removed'],
      [mailboxes.failed, 'could not be looked at whole'],
    ]),
    ...row('messages', [
      [planned.messages, `would be copied${size}`],
      [messages.paired, 'there already'],
      [moved, 'would be moved'],
      [removed, 'would be removed'],
      [messages.skipped, 'would be left out'],
      [messages.failed, 'would be refused'],
    ]),
    ...accountRows(sides, all, { ...atSource, copied: planned.toSource }, 'would be '),
    ...row('flags', [
      [flags.updated, flags.updated === 1 ? 'message would be updated' : 'messages would be updated'],
    ]),
  ];
}

type Carried = Pick<RunSummary['messages'], 'copied' | 'moved' | 'removed'>;

/** Which of it at which account, where it may be either. `would` stands before what is not done. */
function accountRows(sides: SideWords, all: Carried, atSource: Carried, would: '' | 'would be '): string[] {
  if (!isTwoWay(sides)) return [];
  const atDestination = {
    copied: all.copied - atSource.copied,
    moved: all.moved - atSource.moved,
    removed: all.removed - atSource.removed,
  };
  const accounts = [
    [sides.source, atSource],
    [sides.destination, atDestination],
  ] as const;
  return accounts.flatMap(([name, { copied, moved, removed }]) => {
    const cells = shown([
      [copied, `${would}copied there`],
      [moved, `${would}moved`],
      [removed, `${would}removed`],
    ]);
    return cells === '' ? [] : [labelled('', `${cleanText(name)}: ${cells}`)];
  });
}

type Cell = readonly [count: number, word: string];

function row(name: string, cells: readonly Cell[]): string[] {
  const text = shown(cells);
  return text === '' ? [] : [labelled(name, text)];
}

function shown(cells: readonly Cell[]): string {
  return cells
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(', ');
}
