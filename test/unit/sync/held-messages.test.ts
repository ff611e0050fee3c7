import { describe, expect, it } from 'vitest';
import type { BodySink } from '../../../src/store/mail-store.js';
import { HeldMessages } from '../../../src/sync/held-messages.js';

const KIB = 1024;

/** What happens, in order: `1+2` before the messages 1 and 2 are passed on, then each as its octets. */
function holding(fail?: 'before' | 'passing') {
  const seen: string[] = [];
  let body = '';
  const sink: BodySink = {
    start: (uid, sizeBytes) => {
      body = `${uid}:${sizeBytes}:`;
      return undefined;
    },
    chunk: async (data) => {
      if (fail === 'passing') throw new Error('the destination has gone');
      body += data.length > 9 ? data.length : data.toString();
      await Promise.resolve();
    },
    end: () => {
      seen.push(body);
      return undefined;
    },
  };
  const held = new HeldMessages(sink, async (messages) => {
    seen.push(messages.map(({ uid }) => uid).join('+'));
    if (fail === 'before') throw new Error('the disk is full');
    await Promise.resolve();
  });
  return { seen, held };
}

async function give(held: HeldMessages, uid: number, ...chunks: readonly string[]): Promise<void> {
  await held.start(
    uid,
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  for (const chunk of chunks) await held.chunk(Buffer.from(chunk));
  await held.end();
}

describe('short messages', () => {
  it('are held until they are asked for, and passed on in order with all their octets', async () => {
    const { seen, held } = holding();
    await give(held, 3, 'ab', 'c');
    await give(held, 5);
    await give(held, 4, 'x');
    expect(seen).toEqual([]);
    expect([3, 4, 5, 6].map((uid) => held.has(uid))).toEqual([true, true, true, false]);
    await held.pass();
    expect(held.has(4)).toBe(true);
    expect(seen).toEqual(['3+5+4', '3:3:abc', '5:0:', '4:1:x']);
    await held.pass();
    expect(seen).toHaveLength(4);
    expect(held.has(6)).toBe(false);
  });

  it('are passed on by themselves when they are twenty', async () => {
    const { seen, held } = holding();
    for (let uid = 1; uid <= 45; uid++) await give(held, uid, 'x');
    const first = Array.from({ length: 20 }, (_, index) => index + 1).join('+');
    expect(seen[0]).toBe(first);
    expect(seen).toHaveLength(2 * 21);
  });

  it('are passed on by themselves when they are a mebibyte', async () => {
    const { seen, held } = holding();
    for (let uid = 1; uid <= 5; uid++) await give(held, uid, 'x'.repeat(250 * KIB));
    expect(seen[0]).toBe('1+2+3+4+5');
  });

  it('are passed on before a long one, which is not held', async () => {
    const { seen, held } = holding();
    await give(held, 1, 'x');
    await give(held, 2, 'x'.repeat(300 * KIB));
    await give(held, 3, 'x'.repeat(300 * KIB));
    expect(seen).toEqual(['1', '1:1:x', `2:${300 * KIB}:${300 * KIB}`, `3:${300 * KIB}:${300 * KIB}`]);
  });

  it('are not passed on while the last is unfinished, and that is told', async () => {
    const { seen, held } = holding();
    await give(held, 1, 'x');
    await held.start(2, 2);
    await held.chunk(Buffer.from('a'));
    expect(held.isUnfinished).toBe(true);
    expect(held.has(2)).toBe(false);
    await held.pass();
    expect(seen).toEqual(['1', '1:1:x']);
  });

  it.each(['before', 'passing'] as const)('fail as what is done with them does (%s)', async (fail) => {
    const { held } = holding(fail);
    await give(held, 1, 'x');
    await expect(held.pass()).rejects.toThrow(/disk|gone/);
  });
});
