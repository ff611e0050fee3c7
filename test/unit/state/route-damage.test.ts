import { beforeEach, describe, expect, it } from 'vitest';
import { MailferryError } from '../../../src/errors.js';
import type { StateRecord } from '../../../src/state/record.js';
import { ShardFiles } from '../../../src/state/shard-files.js';
import { dumpRoute } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { openIn } from './open.js';

const holes = Array.from({ length: 1000 }, () => [1, 0, 1]).flat();
const folded: StateRecord[] = [
  { t: 'mailbox', key: 'm1', a: 'INBOX', b: 'INBOX', subscribed: true },
  { t: 'mailbox', key: 'm2', a: 'Sent', b: 'Sent', subscribed: true },
  { t: 'pairs', key: 'm1', runs: [1, 1, 5], flags: { '\\Seen': [1, 2] } },
  { t: 'pairs', key: 'm2', runs: [1, 1, 1, ...holes], flags: {} },
];

let files: MemoryFiles;
let folder: string;
let whole: object;

/** A route with an index, a pack, a shard of its own and a journal. */
beforeEach(async () => {
  files = new MemoryFiles();
  const state = await openIn(files);
  folder = state.folder;
  for (const record of folded) state.record(record);
  await state.fold();
  state.record({ t: 'drop', key: 'm1', a: [2, 0] });
  await state.commit();
  state.record({ t: 'facts', side: 'a', facts: 'last' });
  whole = await dumpRoute(state);
  await state.close();
});

/** Reads everything; what it finds must be the whole state, or it is refused. True: refused. */
async function isRefused(damaged: MemoryFiles): Promise<boolean> {
  try {
    expect(await dumpRoute(await openIn(damaged))).toEqual(whole);
    return false;
  } catch (error) {
    if (!(error instanceof MailferryError)) throw error;
    // A damaged number of a version may be that of one to come.
    expect(`${error.code} ${error.scope}`).toMatch(/^STATE_(DAMAGED|NEWER) run$/);
    expect(error.at.file?.startsWith(folder)).toBe(true);
    expect(error.hint).toBeTruthy();
    return true;
  }
}

function withFile(path: string, data: Buffer | null): MemoryFiles {
  const contents = files.contents();
  contents.delete(path);
  if (data) contents.set(path, data);
  return new MemoryFiles(contents);
}

function paths(): string[] {
  const found = [...files.contents().keys()].filter((path) => path.startsWith(folder));
  expect(found.map((path) => path.slice(folder.length + 1)).sort()).toEqual([
    'index.json',
    'journal.ndjson',
    'm2-2.json',
    'pack0-2.json',
  ]);
  return found;
}

describe('damaged state', () => {
  it('is refused at any octet of any file', async () => {
    for (const path of paths()) {
      const data = files.contents().get(path) ?? Buffer.alloc(0);
      const step = data.length > 2000 ? 37 : 1;
      for (let at = 0; at < data.length; at += step) {
        const damaged = Buffer.from(data);
        damaged[at] = (damaged[at] ?? 0) ^ 4;
        expect(await isRefused(withFile(path, damaged))).toBe(true);
      }
    }
  });

  it('is refused when any file is missing or empty, and never replaced by an empty one', async () => {
    for (const path of paths()) {
      for (const data of [null, Buffer.alloc(0)]) {
        const damaged = withFile(path, data);
        const before = damaged.contents();
        expect(await isRefused(damaged)).toBe(true);
        expect(await isRefused(damaged)).toBe(true);
        const after = [...damaged.contents()].filter(([name]) => !name.endsWith('.lock'));
        expect(new Map(after)).toEqual(before);
      }
    }
  });

  it('is refused when index and journal are gone but shards are there', async () => {
    const contents = files.contents();
    for (const path of paths()) if (!path.includes('-2.json')) contents.delete(path);
    expect(await isRefused(new MemoryFiles(contents))).toBe(true);
  });

  it('is refused when an older copy of the index comes back alone', async () => {
    const index = `${folder}/index.json`;
    const old = files.contents().get(index) ?? null;
    const state = await openIn(files);
    state.record({ t: 'drop', key: 'm1', a: [3, 0] });
    await state.fold();
    whole = await dumpRoute(state);
    await state.close();
    expect(await isRefused(withFile(index, old))).toBe(true);
  });

  it('is refused when a shard stands in the place of another', async () => {
    const disk = new MemoryFiles();
    const shards = new ShardFiles(disk, folder);
    await shards.writeShard({ key: 'm1', map: [1, 1, 1] }, 2);
    await shards.writePack(0, [{ key: 'm1', map: [1, 1, 1] }], 2);
    expect(await shards.read('m1-2.json', 'm1')).toEqual({ key: 'm1', map: [1, 1, 1] });
    for (const file of ['m1-2.json', 'pack0-2.json']) {
      await expect(shards.read(file, 'm2')).rejects.toThrow('does not hold the mailbox pair m2');
    }
  });

  it('is refused when a pack was exchanged for a shard', async () => {
    const pack = `${folder}/pack0-2.json`;
    const shard = files.contents().get(`${folder}/m2-2.json`) ?? null;
    expect(await isRefused(withFile(pack, shard))).toBe(true);
  });
});

describe('files that are no part of the state', () => {
  it('are removed when they are left over from a crash, and left alone otherwise', async () => {
    const contents = files.contents();
    const leftovers = ['m1-1.json', 'pack0-9.json', 'index.json.0123456789ab.tmp', 'm2-2.json.ab.tmp'];
    const others = ['notes.txt', 'index.json.bak', 'route.json', 'backup-1.json'];
    for (const name of [...leftovers, ...others]) contents.set(`${folder}/${name}`, Buffer.from('x'));
    const mixed = new MemoryFiles(contents);
    expect(await isRefused(mixed)).toBe(false);
    const left = [...mixed.contents().keys()].map((path) => path.slice(folder.length + 1));
    for (const name of leftovers) expect(left).not.toContain(name);
    for (const name of others) expect(left).toContain(name);
  });
});
