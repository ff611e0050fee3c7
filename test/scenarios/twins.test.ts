import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupPolicy, copyPolicy, mirrorPolicy } from '../../src/sync/policy.js';
import { contentsOf, EngineWorld } from '../support/engine/index.js';

const HEADER =
  'Message-ID: <plan@example.net>\r\nDate: Mon, 1 Jan 2024 08:00:00 +0000\r\nFrom: ann@example.net\r\nSubject: plan\r\n';

const FROM_AUTHOR = { body: `${HEADER}\r\nLet us meet.\r\n`, internalDate: ' 1-Jan-2024 08:00:05 +0000' };
const FROM_LIST = {
  body: `List-Id: <all.example.net>\r\n${HEADER}\r\nLet us meet.\r\n-- \r\nThe list\r\n`,
  internalDate: ' 1-Jan-2024 09:30:00 +0000',
};
/** As a server stores what a program without regard for dates puts there: with lines of its own. */
const REWRITTEN = {
  body: `X-Stored-By: example\r\n${HEADER}\r\nLet us meet.\r\n`,
  internalDate: ' 3-Mar-2024 10:00:00 +0000',
};

describe('messages with one Message-ID', () => {
  let world: EngineWorld;

  beforeEach(() => {
    world = new EngineWorld();
  });

  afterEach(() => world.remove());

  const inboxes = (): readonly (readonly string[] | undefined)[] =>
    [world.source, world.destination].map((server) => [...(contentsOf(server)['INBOX'] ?? [])].sort());

  it('are two when they differ in size, date and text: a mirror loses none of them', async () => {
    world.source.deliver('INBOX', { ...FROM_AUTHOR, flags: [] });
    await world.run({ policy: mirrorPolicy });
    world.source.deliver('INBOX', { ...FROM_LIST, flags: [] });
    await world.run({ policy: mirrorPolicy });
    const both = inboxes()[0];
    expect(both).toHaveLength(2);
    expect(inboxes()).toEqual([both, both]);
  });

  it('are two when each comes to another side', async () => {
    expect((await world.run({ policy: mirrorPolicy })).error).toBeNull();
    world.source.deliver('INBOX', { ...FROM_AUTHOR, flags: [] });
    world.destination.deliver('INBOX', { ...FROM_LIST, flags: [] });
    expect((await world.run({ policy: mirrorPolicy })).error).toBeNull();
    const [here, there] = inboxes();
    expect(here).toHaveLength(2);
    expect(there).toEqual(here);
  });

  it.each([
    ['copy', copyPolicy],
    ['backup', backupPolicy],
  ])('are two for %s when the destination had the other one before', async (_, policy) => {
    world.source.deliver('INBOX', { ...FROM_AUTHOR, flags: [] });
    world.destination.deliver('INBOX', { ...FROM_LIST, flags: [] });
    await world.run({ policy });
    const [here = [], there = []] = inboxes();
    expect(there).toHaveLength(2);
    expect(there).toEqual(expect.arrayContaining([...here]));
  });

  it('are one when only what the server wrote above the text, and the date, differ', async () => {
    world.source.deliver('INBOX', { ...FROM_AUTHOR, flags: [] });
    world.destination.deliver('INBOX', { ...REWRITTEN, flags: [] });
    expect((await world.run()).error).toBeNull();
    expect(inboxes()[1]).toHaveLength(1);
  });
});
