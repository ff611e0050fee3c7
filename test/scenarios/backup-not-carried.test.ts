import { afterEach, expect, test } from 'vitest';
import { backupPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { put, upTo } from './support/mail.js';

let world: EngineWorld;

afterEach(() => world.remove());

test('mail that comes to a mailbox which is done already, and is not carried, is named', async () => {
  world = new EngineWorld();
  world.source.createMailbox('Archive');
  put(world.source, 'INBOX', ...upTo(3));
  put(world.source, 'Archive', ...upTo(6, 4));
  expect((await world.run({ policy: backupPolicy })).error).toBeNull();
  put(world.source, 'INBOX', 7);
  world.source.expunge('Archive', 1);
  let lists = 0;
  const refuse = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;
  const { error, events } = await world.run({
    policy: backupPolicy,
    onSourceOperation: ({ kind }) => {
      // Before anything is removed the source is listed again.
      if (kind === 'list' && ++lists === 2) put(world.source, 'INBOX', 8);
      return 'go';
    },
    onOperation: ({ kind }) => (kind.startsWith('append') && lists === 2 ? { refuse } : 'go'),
  });
  expect(error).toBeNull();
  const left = events.flatMap((event) =>
    event.type === 'messages-left' ? [[event.mailbox, event.uids?.toString(), event.problem.code]] : [],
  );
  expect(left).toEqual([['INBOX', '5', 'COMMAND_REFUSED']]);
});
