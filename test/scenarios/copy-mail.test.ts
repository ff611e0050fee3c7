import { afterEach, expect, test } from 'vitest';
import {
  DIFFICULT_SHAPE_NAMES,
  DIFFICULT_SHAPES,
  generateAccount,
  Random,
} from '../support/accounts/index.js';
import { CopyWorld } from '../support/choices/index.js';
import { corpusMessages } from '../support/control/index.js';
import { formatInternalDate } from '../support/imap-client/index.js';

let world: CopyWorld;

afterEach(() => world.remove());

const DATES = [0, 1, 86_399, 951_827_696, 1_000_000_000, Date.UTC(2037, 11, 31, 23, 59, 59) / 1000];
const ZONES = [0, 60, -720, 345, 840];

/** Bodies that break every rule, each between two good ones, and those of the corpus. */
function bodies(): Buffer[] {
  const random = new Random('mail');
  const [inbox] = generateAccount({
    seed: 'mail',
    messages: 40,
    mailboxes: 1,
    maxSizeBytes: 20_000,
  }).mailboxes;
  const good = (inbox?.messages ?? []).map((message) => message.body());
  const difficult = DIFFICULT_SHAPE_NAMES.map((name, index) =>
    DIFFICULT_SHAPES[name](good[index] as Buffer, random),
  );
  const every = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
  const odd = [
    every,
    Buffer.from('\r'),
    Buffer.from('\n'),
    Buffer.from('\0'),
    Buffer.from(')\r\nA1 LOGOUT\r\n'),
  ];
  const interleaved = [...difficult, ...odd].flatMap((body, index) => [
    body,
    good[index % good.length] as Buffer,
  ]);
  return [...interleaved, ...corpusMessages().map((message) => message.body())];
}

function fill(): void {
  for (const [index, body] of bodies().entries()) {
    const internalDate = formatInternalDate(
      DATES[index % DATES.length] ?? 0,
      ZONES[index % ZONES.length] ?? 0,
    );
    const flags = [['\\Seen'], [], ['\\Flagged', 'work'], ['\\Draft', '$Forwarded']][index % 4] ?? [];
    world.source.deliver('INBOX', { body, flags, internalDate });
  }
}

test.each(['atomic', 'unproven', 'none'] as const)(
  'every octet, flag and date arrives (MULTIAPPEND %s)',
  async (multiAppend) => {
    world = new CopyWorld({}, { features: { multiAppend } });
    fill();
    const { problems, error, copied } = await world.run();
    expect(error).toBeNull();
    const source = world.source.snapshot().mailboxes['INBOX']?.messages ?? [];
    const empty = source.filter(({ sizeBytes }) => sizeBytes === 0);
    // No octets at all cancel an APPEND: no server can take that.
    expect(problems.map(({ uid, code }) => [uid, code])).toEqual(
      empty.map(({ uid }) => [uid, 'MESSAGE_REJECTED']),
    );
    const carried = source.filter(({ sizeBytes }) => sizeBytes > 0);
    expect(copied).toBe(carried.length);
    const seen = ({ digest, flags, internalDate }: (typeof carried)[number]) => ({
      digest,
      flags,
      internalDate,
    });
    const arrived = world.destination.snapshot().mailboxes['INBOX']?.messages ?? [];
    expect(arrived.map(seen)).toEqual(carried.map(seen));
    const again = await world.run();
    expect(again.destinations).toEqual({});
    expect(again.problems).toHaveLength(empty.length > 0 ? 1 : 0);
  },
);

test('sizes that a server tells wrongly spoil nothing', async () => {
  world = new CopyWorld({ reportedSize: (body) => Math.max(0, body.length * 2 - 700) });
  fill();
  const { error, copied } = await world.run();
  expect(error).toBeNull();
  const [source, arrived] = [world.source, world.destination].map((server) => {
    return (server.snapshot().mailboxes['INBOX']?.messages ?? []).filter(({ sizeBytes }) => sizeBytes > 0);
  });
  expect(copied).toBe(arrived?.length);
  const digests = (messages: typeof source) => messages?.map(({ digest }) => digest);
  const whole = (source ?? []).filter(({ uid }) => world.source.body('INBOX', uid).length > 0);
  expect(digests(arrived)).toEqual(digests(whole));
});

test('mail without any header is recognised all the same when the state is lost', async () => {
  world = new CopyWorld();
  fill();
  await world.run();
  const digests = () => world.destination.snapshot().mailboxes['INBOX']?.messages.map(({ digest }) => digest);
  const settled = digests();
  world.loseState();
  const { copied, error } = await world.run();
  expect(error).toBeNull();
  expect(copied).toBe(0);
  expect(digests()).toEqual(settled);
});
