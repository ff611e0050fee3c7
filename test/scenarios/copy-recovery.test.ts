import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryServer, MemoryServerOptions, OnOperation } from '../../src/store/memory.js';
import { bodyOf, dateOf, type EngineRun, EngineWorld } from '../support/engine/index.js';

const worlds: EngineWorld[] = [];

function world(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): EngineWorld {
  const made = new EngineWorld(source, destination);
  worlds.push(made);
  return made;
}

afterEach(() => {
  for (const made of worlds.splice(0)) made.remove();
});

function deliver(server: MemoryServer, ...numbers: number[]): void {
  for (const number of numbers)
    server.deliver('INBOX', { body: bodyOf(number), flags: [], internalDate: dateOf(number) });
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Numbers of the messages at hand, in order. */
function held(server: MemoryServer, mailbox = 'INBOX'): number[] {
  const { messages } = server.snapshot().mailboxes[mailbox] ?? { messages: [] };
  return messages.map(({ uid }) => Number(/Text of (\d+)/.exec(server.body(mailbox, uid).toString())?.[1]));
}

function problemsOf({ events, error }: EngineRun): string[] {
  if (error) throw error;
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
}

const crlf = (body: Buffer): Buffer =>
  Buffer.from(body.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

describe('a first run that was killed', () => {
  it('trusts none of its pairs once the source has a new UIDVALIDITY', async () => {
    const made = world({}, { features: { multiAppend: 'none' } });
    deliver(made.source, ...numbers(1, 4));
    expect((await made.run({ death: { at: 'write', nth: 4, when: 'before' } })).end).toBe('killed');
    made.source.expunge('INBOX', 1);
    made.source.changeUidValidity('INBOX');
    expect(problemsOf(await made.run())).toEqual([]);
    expect(held(made.destination).sort()).toEqual([1, 2, 3, 4]);
  });

  it('trusts none of its pairs once the destination was made anew', async () => {
    const made = world({}, { features: { multiAppend: 'none' } });
    made.source.createMailbox('Work');
    for (const number of numbers(1, 4))
      made.source.deliver('Work', { body: bodyOf(number), internalDate: dateOf(number) });
    const run = await made.run({ death: { at: 'write', nth: 6, when: 'before' }, parallel: 1 });
    expect(run.end).toBe('killed');
    expect(held(made.destination, 'Work').length).toBeGreaterThan(0);
    made.destination.deleteMailbox('Work');
    made.destination.createMailbox('Work');
    expect(problemsOf(await made.run())).toEqual([]);
    expect(held(made.destination, 'Work')).toEqual([1, 2, 3, 4]);
  });
});

describe('a destination that tells no UIDNEXT and was made anew', () => {
  it('gets nothing twice when part of a MULTIAPPEND is refused', async () => {
    const made = world(
      {},
      {
        features: { multiAppend: 'unproven' },
        multiAppendAtomic: false,
        uidNextInSelect: false,
        refuseMessage: ({ body }) => (body.includes('Text of 3\r') ? 'spam' : null),
      },
    );
    made.source.createMailbox('Work');
    for (const number of numbers(1, 5))
      made.source.deliver('Work', { body: bodyOf(number), internalDate: dateOf(number) });
    await made.run();
    made.destination.deleteMailbox('Work');
    await made.run();
    expect(held(made.destination, 'Work')).toEqual([1, 2, 4, 5]);
  });
});

describe('a mailbox that was replaced by one with other mail', () => {
  it('waits for a decision, however often it is run', async () => {
    const made = world();
    deliver(made.source, ...numbers(1, 60));
    await made.run();
    made.source.deleteMailbox('INBOX');
    made.source.createMailbox('INBOX');
    deliver(made.source, ...numbers(101, 160));
    for (let run = 0; run < 3; run++) {
      expect(problemsOf(await made.run())).toEqual(['PAIRING_UNCERTAIN']);
      expect(held(made.destination)).toEqual(numbers(1, 60));
    }
  });
});

describe('a destination without UIDPLUS', () => {
  const plain = { uidplus: false } as const;

  it('gets nothing twice when it cannot be looked at right after an APPEND', async () => {
    const made = world({}, { features: plain, rewriteBody: crlf });
    for (const number of [11, 11, 22, 22])
      made.source.deliver('INBOX', {
        body: bodyOf(number).replaceAll('\r\n', '\n'),
        internalDate: dateOf(number),
      });
    let selects = 0;
    const onOperation: OnOperation = ({ kind }) => {
      if (kind !== 'select' || ++selects !== 2) return 'go';
      return { refuse: { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message: 'in use' } };
    };
    await made.run({ onOperation });
    await made.run();
    expect(held(made.destination)).toEqual([11, 11, 22, 22]);
  });

  it.each(['none', 'atomic'] as const)(
    'that rewrites mail gets each once (MULTIAPPEND: %s)',
    async (multiAppend) => {
      const made = world({}, { features: { ...plain, multiAppend }, rewriteBody: crlf });
      for (const number of [1, 1, 2, 11, 11, 22, 3])
        made.source.deliver('INBOX', {
          body: bodyOf(number).replaceAll('\r\n', '\n'),
          internalDate: dateOf(number),
        });
      expect(problemsOf(await made.run())).toEqual([]);
      expect(held(made.destination)).toEqual([1, 1, 2, 11, 11, 22, 3]);
      await made.run();
      expect(held(made.destination)).toEqual([1, 1, 2, 11, 11, 22, 3]);
    },
    20_000,
  );
});

describe('a server whose MULTIAPPEND stores part of what it refuses', () => {
  it('gets nothing twice', async () => {
    const made = world(
      {},
      {
        features: { multiAppend: 'unproven' },
        multiAppendAtomic: false,
        refuseMessage: ({ body }) => (body.includes('Text of 3\r') ? 'spam' : null),
      },
    );
    deliver(made.source, 1, 2, 3, 4, 5);
    expect(problemsOf(await made.run())).toEqual(['MESSAGE_REJECTED']);
    expect(held(made.destination)).toEqual([1, 2, 4, 5]);
  });
});

describe('a destination that was put back', () => {
  it('to where it was before the last run gets what that run carried', async () => {
    const made = world();
    deliver(made.source, 1, 2);
    await made.run();
    const restore = made.destination.save();
    deliver(made.source, 3, 4);
    await made.run();
    restore();
    await made.run();
    expect(held(made.destination)).toEqual([1, 2, 3, 4]);
  });

  it('into the middle of the last run gets the rest', async () => {
    const made = world({}, { features: { multiAppend: 'none' } });
    deliver(made.source, 1, 2, 3, 4);
    let restore = (): void => {};
    let commits = 0;
    const onOperation: OnOperation = ({ kind }) => {
      if (kind === 'append-commit' && ++commits === 3) restore = made.destination.save();
      return 'go';
    };
    await made.run({ onOperation });
    restore();
    await made.run();
    expect(held(made.destination)).toEqual([1, 2, 3, 4]);
  });
});

describe('a message refused for its keywords', () => {
  it('keeps its place where one APPEND takes one message', async () => {
    const made = world(
      {},
      {
        features: { multiAppend: 'none' },
        refuseMessage: ({ flags }) => (flags.includes('Odd') ? 'no such keyword' : null),
      },
    );
    deliver(made.source, 1, 2, 3);
    made.source.setFlags('INBOX', 2, 'add', ['Odd']);
    expect(problemsOf(await made.run())).toEqual([]);
    expect(held(made.destination)).toEqual([1, 2, 3]);
  });

  it('comes without them where nobody tells its UID', async () => {
    const made = world(
      {},
      {
        features: { uidplus: false },
        refuseMessage: ({ flags }) => (flags.includes('Odd') ? 'no such keyword' : null),
      },
    );
    deliver(made.source, 1, 2, 3);
    made.source.setFlags('INBOX', 2, 'add', ['Odd']);
    expect(problemsOf(await made.run())).toEqual([]);
    expect(held(made.destination)).toEqual([1, 2, 3]);
  });
});

describe('a message that cannot be read at the source', () => {
  it('is told, and the rest is carried', async () => {
    const made = world({ unreadable: ({ uid }) => (uid === 2 ? 'refused' : null) });
    deliver(made.source, 1, 2, 3);
    expect(problemsOf(await made.run())).toEqual(['MESSAGE_UNREADABLE']);
    expect(held(made.destination)).toEqual([1, 3]);
  });
});
