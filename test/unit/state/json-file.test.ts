import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MailferryError } from '../../../src/errors.js';
import { readJsonFile, writeJsonFile } from '../../../src/state/json-file.js';
import { replaceFile } from '../../../src/state/replace-file.js';
import { type Kill, MemoryFiles, type Survival } from './memory-files.js';

const FILE = '/state/index.json';
const VALUE = { names: ['INBOX', 'Entw&APw-rfe', 'ü\u2028'], numbers: [1, 2, 3], ['__proto__']: { x: 1 } };

async function written(): Promise<Buffer> {
  const files = new MemoryFiles();
  await writeJsonFile(files, FILE, 'index', VALUE);
  return files.contents().get(FILE) ?? Buffer.alloc(0);
}

async function refusal(data: Buffer, kind: 'index' | 'shard' = 'index'): Promise<MailferryError> {
  const files = new MemoryFiles([[FILE, data]]);
  try {
    await readJsonFile(files, FILE, kind);
  } catch (error) {
    if (error instanceof MailferryError && /^STATE_(DAMAGED|NEWER)$/.test(error.code)) return error;
    throw error;
  }
  return expect.fail(`not refused: ${data.toString()}`);
}

function sealed(version: number | string, content: string): Buffer {
  const sum = createHash('sha256').update(content).digest('hex');
  return Buffer.from(`{"mailferry":"index","version":${version},"sha256":"${sum}","data":${content}}\n`);
}

describe('a state file', () => {
  it('gives back what was written, as compact JSON with version and checksum', async () => {
    const data = await written();
    const files = new MemoryFiles([[FILE, data]]);
    expect(await readJsonFile(files, FILE, 'index')).toEqual(JSON.parse(JSON.stringify(VALUE)));
    const whole = JSON.parse(data.toString());
    expect(Object.keys(whole)).toEqual(['mailferry', 'version', 'sha256', 'data']);
    expect(whole.version).toBe(1);
    expect(await writeJsonFile(files, FILE, 'index', VALUE)).toBe(data.length);
  });

  it('is null only when it is not there', async () => {
    expect(await readJsonFile(new MemoryFiles(), FILE, 'index')).toBeNull();
    await refusal(Buffer.alloc(0));
  });

  it('is refused with any octet changed, left out or added', async () => {
    const data = await written();
    for (let at = 0; at < data.length; at++) {
      for (const change of [1, 2, 0x80]) {
        const damaged = Buffer.from(data);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        await refusal(damaged);
      }
      await refusal(Buffer.concat([data.subarray(0, at), data.subarray(at + 1)]));
      await refusal(data.subarray(0, at));
      await refusal(Buffer.concat([data.subarray(0, at), Buffer.from(' '), data.subarray(at)]));
    }
    const error = await refusal(Buffer.concat([data, data]));
    expect(error.message).toContain(FILE);
    expect(error.at.file).toBe(FILE);
    expect(error.scope).toBe('run');
    expect(error.hint).toContain("mv '/state' '/state.damaged'");
  });

  it('is refused in the place of another kind', async () => {
    await refusal(await written(), 'shard');
  });

  it('of a newer version is refused with a sentence about versions', async () => {
    const error = await refusal(sealed(2, '{}'));
    expect(error.code).toBe('STATE_NEWER');
    expect(error.message).toContain('has version 2');
    expect(error.hint).toContain('newer mailferry');
    await refusal(sealed(0, '{}'));
    await refusal(sealed(1, '{broken'));
  });

  it('is replaced at once: whenever the process or the power dies, the old or the new is there', async () => {
    const old = await written();
    const fresh = Buffer.from('the new content');
    const seen = new Set<string>();
    for (const kill of ['before', 'torn', 'after'] satisfies Kill[]) {
      for (const survival of ['lost', 'torn', 'kept'] satisfies Survival[]) {
        for (let at = 1; ; at++) {
          const files = new MemoryFiles([[FILE, old]]);
          files.onOperation = ({ number }) => (number === at ? kill : undefined);
          const done = await replaceFile(files, FILE, fresh).then(
            () => true,
            () => false,
          );
          const left = files.survivors(survival).contents().get(FILE)?.toString();
          seen.add(left === fresh.toString() ? 'new' : 'old');
          expect([old.toString(), fresh.toString()]).toContain(left);
          if (done) expect(left).toBe(fresh.toString());
          if (done) break;
        }
      }
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
  });

  it('leaves no half-written file behind when the disk is full', async () => {
    const files = new MemoryFiles();
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    files.onOperation = ({ kind }) => {
      if (kind === 'rename') throw full;
      return undefined;
    };
    await expect(replaceFile(files, FILE, Buffer.from('x'))).rejects.toBe(full);
    expect(files.contents().size).toBe(0);
  });
});
