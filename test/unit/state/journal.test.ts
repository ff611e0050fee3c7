import { describe, expect, it } from 'vitest';
import { MailferryError } from '../../../src/errors.js';
import { createJournal, Journal } from '../../../src/state/journal.js';
import { encodeHeader, encodeLine } from '../../../src/state/journal-line.js';
import { type JournalContent, scanJournal } from '../../../src/state/journal-scan.js';
import type { StateRecord } from '../../../src/state/record.js';
import { Killed, MemoryFiles } from './memory-files.js';
import { gate } from './open.js';

const FILE = '/state/journal.ndjson';

function fact(facts: string): StateRecord {
  return { t: 'facts', side: 'a', facts };
}

async function reopened(files: MemoryFiles, generation = 1): Promise<Journal> {
  return new Journal({ files, path: FILE, route: 'route' }, scan(files, generation));
}

async function started(files: MemoryFiles): Promise<Journal> {
  await createJournal({ files, path: FILE, route: 'route' });
  return reopened(files);
}

function bytes(files: MemoryFiles): Buffer {
  return files.contents().get(FILE) ?? Buffer.alloc(0);
}

function scan(files: MemoryFiles, generation = 1): JournalContent {
  return scanJournal(FILE, bytes(files), 'route', generation);
}

/** What the facts records of a journal say. */
function told(data: Buffer, generation = 1): unknown[] {
  const { lines } = scanJournal(FILE, data, 'route', generation);
  return lines.map(({ record }) => record.t === 'facts' && record.facts);
}

function refused(work: () => unknown): MailferryError {
  try {
    work();
  } catch (error) {
    if (error instanceof MailferryError && /^STATE_(DAMAGED|NEWER)$/.test(error.code)) return error;
    throw error;
  }
  return expect.fail('it was not refused');
}

function syncs(files: MemoryFiles): number {
  return files.operations.filter(({ kind }) => kind === 'datasync').length;
}

/** Three batches: 1; 2 and 3; 4 and 5. */
async function fiveRecords(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const journal = await started(files);
  for (const batch of [['1'], ['2', '3'], ['4', '5']]) {
    for (const one of batch) journal.append(fact(one));
    await journal.commit();
  }
  return files;
}

/** Offset just behind the line of the record that says so. */
function endOf(data: Buffer, word: string): number {
  return data.indexOf('\n', data.indexOf(`"facts":"${word}"`)) + 1;
}

describe('the journal', () => {
  it('gives back what was appended, in order', async () => {
    const files = await fiveRecords();
    expect(told(bytes(files))).toEqual(['1', '2', '3', '4', '5']);
    const journal = await reopened(files);
    journal.append(fact('6'));
    await journal.commit();
    expect(told(bytes(files))).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('writes a record as it was when it was appended', async () => {
    const files = new MemoryFiles();
    const journal = await started(files);
    const uids = [1, 0];
    journal.append({ t: 'drop', key: 'm1', a: uids });
    uids[0] = 9;
    await journal.commit();
    expect(scan(files).lines[0]?.record).toEqual({ t: 'drop', key: 'm1', a: [1, 0] });
  });

  it('shares one fdatasync among all that wait, and none is told before its record is safe', async () => {
    const files = new MemoryFiles();
    const journal = await started(files);
    const released = gate();
    files.pause = (kind) => (kind === 'datasync' ? released.opened : undefined);
    const done: string[] = [];
    const commit = async (word: string): Promise<void> => {
      journal.append(fact(word));
      await journal.commit();
      expect(told(files.survivors('lost').contents().get(FILE) ?? Buffer.alloc(0))).toContain(word);
      done.push(word);
    };
    const early = commit('first');
    for (let tick = 0; tick < 20; tick++) await Promise.resolve();
    const late = ['second', 'third', 'fourth'].map(commit);
    for (let tick = 0; tick < 20; tick++) await Promise.resolve();
    expect(done).toEqual([]);
    released.open();
    await Promise.all([early, ...late]);
    expect(done).toEqual(['first', 'second', 'third', 'fourth']);
    expect(syncs(files)).toBe(2);
  });

  it('does not touch the disk when there is nothing to commit', async () => {
    const files = await fiveRecords();
    const { length } = files.operations;
    const journal = await reopened(files);
    await journal.commit();
    await journal.close();
    expect(files.operations.length).toBe(length);
  });

  it('waits in a commit for records that another commit is just writing', async () => {
    const files = new MemoryFiles();
    const journal = await started(files);
    journal.append(fact('1'));
    const first = journal.commit();
    for (let tick = 0; tick < 3; tick++) await Promise.resolve();
    await journal.commit();
    expect(syncs(files)).toBe(1);
    await first;
  });

  it('throws the same failure for ever after one', async () => {
    const files = new MemoryFiles();
    const journal = await started(files);
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    files.onOperation = ({ kind }) => {
      if (kind === 'write') throw full;
      return undefined;
    };
    journal.append(fact('1'));
    await expect(journal.commit()).rejects.toBe(full);
    files.onOperation = null;
    expect(() => journal.append(fact('2'))).toThrow(full);
    await expect(journal.commit()).rejects.toBe(full);
    await expect(journal.trim()).rejects.toBe(full);
    expect(told(bytes(files))).toEqual([]);
  });

  it('ignores lines of a generation before the one asked for', async () => {
    const files = new MemoryFiles();
    const journal = await started(files);
    journal.append(fact('old'));
    const generation = journal.startGeneration();
    journal.append(fact('new'));
    await journal.commit();
    expect(told(bytes(files), generation - 1)).toEqual(['old', 'new']);
    expect(told(bytes(files), generation)).toEqual(['new']);
    await journal.trim();
    expect(told(bytes(files), 0)).toEqual(['new']);
    journal.append(fact('newer'));
    await journal.commit();
    expect(told(files.survivors('lost').contents().get(FILE) ?? Buffer.alloc(0))).toEqual(['new', 'newer']);
    expect(journal.sizeBytes).toBe(bytes(files).length);
  });

  it('begins its next generation above all that were ever written', async () => {
    const files = new MemoryFiles();
    const journal = await started(files);
    journal.startGeneration();
    journal.append(fact('of generation 2'));
    await journal.commit();
    const after = await reopened(files, 1);
    expect(after.startGeneration()).toBe(3);
  });
});

describe('the end of a journal after a crash', () => {
  it('may be cut anywhere in the last line: the whole lines stay', async () => {
    const files = await fiveRecords();
    const data = bytes(files);
    const four = endOf(data, '4');
    for (let length = four; length < data.length; length++) {
      expect(told(data.subarray(0, length))).toEqual(['1', '2', '3', '4']);
    }
  });

  it('is cut off before anything is appended to it', async () => {
    const files = await fiveRecords();
    const data = bytes(files);
    const torn = new MemoryFiles([[FILE, data.subarray(0, data.length - 3)]]);
    const journal = await reopened(torn);
    journal.append(fact('6'));
    await journal.commit();
    expect(told(bytes(torn))).toEqual(['1', '2', '3', '4', '6']);
    expect(told(torn.survivors('lost').contents().get(FILE) ?? Buffer.alloc(0))).toEqual([
      '1',
      '2',
      '3',
      '4',
      '6',
    ]);
  });

  it('may be blocks that were allotted and never written', async () => {
    const data = bytes(await fiveRecords());
    expect(told(Buffer.concat([data, Buffer.alloc(4096)]))).toEqual(['1', '2', '3', '4', '5']);
    const holed = Buffer.from(data);
    const three = endOf(data, '3');
    holed.fill(0, three + 10, three + 30);
    // Record 5 of the same batch is whole, but what was not synced has no order.
    expect(told(holed)).toEqual(['1', '2', '3']);
  });

  it('is damage when a later batch follows it', async () => {
    const data = Buffer.from(bytes(await fiveRecords()));
    data.fill(0, endOf(data, '1') + 10, endOf(data, '1') + 40);
    const error = refused(() => told(data));
    expect(error.message).toContain(FILE);
    expect(error.message).toContain('line 3');
    expect(error.hint).toContain("mv '/state' '/state.damaged'");
  });
});

describe('damage to a journal', () => {
  it('is refused at any octet, whatever it was changed to', async () => {
    const data = bytes(await fiveRecords());
    for (let at = 0; at < data.length; at++) {
      const octet = data[at] ?? 0;
      for (const changed of [octet ^ 1, octet ^ 0x80, 0, 10, 0x20]) {
        if (changed === octet) continue;
        const damaged = Buffer.from(data);
        damaged[at] = changed;
        refused(() => told(damaged));
      }
    }
  });

  it('is refused when lines are missing, doubled or out of order', async () => {
    const data = bytes(await fiveRecords()).toString();
    const lines = data.split('\n').slice(0, -1);
    const [header, one, two, three] = lines;
    const orders = [
      [header, one, three],
      [header, one, two, two],
      [header, two, one],
      [one, two, three],
      [header, header, one],
      [],
    ];
    for (const order of orders) {
      const text = order.map((line) => `${line}\n`).join('');
      refused(() => told(Buffer.from(text)));
    }
  });

  it('is refused when it is that of another route or version', () => {
    refused(() => told(encodeHeader({ version: 1, route: 'another' })));
    refused(() => told(encodeHeader({ version: 0, route: 'route' })));
    const error = refused(() => told(encodeHeader({ version: 2, route: 'route' })));
    expect(error.message).toContain('version 2');
    expect(error.hint).toContain('newer mailferry');
  });

  it('is refused when generations go back', () => {
    const header = encodeHeader({ version: 1, route: 'route' });
    const line = (sequence: number, generation: number): Buffer =>
      encodeLine({ sequence, generation, isSynced: true, record: JSON.stringify(fact('x')) });
    expect(told(Buffer.concat([header, line(1, 1), line(2, 2)]))).toEqual(['x', 'x']);
    refused(() => told(Buffer.concat([header, line(1, 2), line(2, 1)])));
  });
});

describe('a journal whose process is killed while it writes', () => {
  it('keeps the batches that were committed and a first part of the others', async () => {
    for (let at = 4; at <= 12; at++) {
      const files = new MemoryFiles();
      files.onOperation = ({ number }) => (number === at ? 'torn' : undefined);
      const committed: string[] = [];
      const run = async (): Promise<void> => {
        const journal = await started(files);
        for (const word of ['1', '2', '3']) {
          journal.append(fact(word));
          await journal.commit();
          committed.push(word);
        }
      };
      await run().catch((error) => expect(error).toBeInstanceOf(Killed));
      const found = told(files.survivors('torn').contents().get(FILE) ?? Buffer.alloc(0));
      expect(['1', '2', '3'].slice(0, found.length)).toEqual(found);
      expect(found.length).toBeGreaterThanOrEqual(committed.length);
    }
  });
});
