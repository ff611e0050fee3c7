import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { BodySink } from '../../../../src/store/mail-store.js';
import { openBox, quiet, scripted } from './session-parts.js';

/** Writes down what it hears; `wait` holds up the start of each message. */
class Listener implements BodySink {
  readonly heard: string[] = [];
  readonly #wait: (uid: number) => Promise<void> | undefined;

  constructor(wait: (uid: number) => Promise<void> | undefined = () => undefined) {
    this.#wait = wait;
  }

  start(uid: number, sizeBytes: number): Promise<void> | undefined {
    this.heard.push(`start ${uid} ${sizeBytes}`);
    return this.#wait(uid);
  }

  chunk(data: Buffer): undefined {
    this.heard.push(data.toString('latin1'));
  }

  end(): undefined {
    this.heard.push('end');
  }
}

/** A promise and what resolves it. */
function later(): { readonly done: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const done = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { done, resolve };
}

describe('the message that a body belongs to', () => {
  it.each([
    ['* 3 FETCH (FLAGS (UID 1 \\Seen) UID 3 BODY[] {5}\r\nthree)'],
    ['* 3 FETCH (X-NOTE "( UID 1 " UID 3 BODY[] {5}\r\nthree)'],
    ['* 3 FETCH (X-UID 1 UID 3 BODY[] {5}\r\nthree)'],
    ['* 3 FETCH (uid 3 flags (uid 1) body[] {5}\r\nthree)'],
  ])('is the one its UID names, whatever keywords say: %j', async (row) => {
    const { session } = scripted(openBox(() => [row, '%T OK done']));
    const box = await session.open('Box', 'examine', quiet);
    const listener = new Listener();
    await box.bodies(UidSet.of(1, 3), listener, quiet);
    expect(listener.heard).toEqual(['start 3 5', 'three', 'end']);
  });

  it('is not guessed from what only looks like a body', async () => {
    const rows = ['* 1 FETCH (UID 1 X (BODY[] {3}\r\none))', '* 2 FETCH (UID 2 BODY[] {3}\r\ntwo)'];
    const { session } = scripted(openBox(() => [...rows, '%T OK done']));
    const box = await session.open('Box', 'examine', quiet);
    const listener = new Listener();
    await box.bodies(UidSet.of(1, 2), listener, quiet);
    expect(listener.heard).toEqual(['start 2 3', 'two', 'end']);
  });
});

describe('who receives bodies', () => {
  it('hears nothing more once the reading was called off', async () => {
    const rows = ['* 1 FETCH (UID 1 BODY[] {3}\r\none)', '* 2 FETCH (UID 2 BODY[] {3}\r\ntwo)'];
    const { session } = scripted(openBox(() => [...rows, '%T OK done']));
    const box = await session.open('Box', 'examine', quiet);
    const stop = new AbortController();
    const begun = later();
    const ready = later();
    const listener = new Listener(() => {
      begun.resolve();
      return ready.done;
    });
    const reading = box.bodies(UidSet.of(1, 2), listener, stop.signal);
    await begun.done;
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
    ready.resolve();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(listener.heard).toEqual(['start 1 3']);
  });

  it('hears nothing more once a part was refused, though the connection goes on', async () => {
    const scattered = UidSet.from(Array.from({ length: 1000 }, (_, index) => 1_000_000 + 2 * index));
    const { session, server, commands } = scripted(
      openBox((command) => {
        if (!command.startsWith('UID FETCH')) return ['%T OK done'];
        return command.includes('1000000') ? ['%T BAD no'] : [];
      }),
    );
    const box = await session.open('Box', 'examine', quiet);
    const listener = new Listener();
    await expect(box.bodies(scattered, listener, quiet)).rejects.toMatchObject({ scope: 'mailbox' });
    expect(commands.length).toBeGreaterThan(2);
    server.send('* 999 FETCH (UID 1001998 BODY[] {3}\r\none)\r\n');
    await session.subscribe('Other', true, quiet);
    expect(listener.heard).toEqual([]);
  });
});
