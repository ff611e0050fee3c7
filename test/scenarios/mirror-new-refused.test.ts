import { afterEach, expect, test } from 'vitest';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { held, move, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

let world: EngineWorld;

afterEach(() => world.remove());

test.each([
  ['a', 'b'],
  ['b', 'a'],
] as const)(
  'what moved at side %s to a mailbox that side %s does not take stays in its old one',
  async (at, to) => {
    world = new EngineWorld();
    const sides = { a: world.source, b: world.destination };
    put(world.source, 'INBOX', ...upTo(6));
    await world.run({ policy: mirrorPolicy });
    sides[to].configure({ refuseMailbox: (name) => (name === 'New' ? 'no' : null) });
    sides[at].createMailbox('New');
    move(sides[at], 'INBOX', 'New', 3);
    const codes = codesOf(await world.run({ policy: mirrorPolicy }));
    expect(codes).toEqual(expect.arrayContaining(['MAILBOX_UNAVAILABLE', 'REMOVALS_WAITING']));
    expect(held(sides[to])).toEqual(upTo(6));
    sides[to].configure({ refuseMailbox: () => null });
    await world.run({ policy: mirrorPolicy });
    for (const side of [sides.a, sides.b]) {
      expect(held(side)).toEqual([1, 2, 4, 5, 6]);
      expect(held(side, 'New')).toEqual([3]);
    }
  },
);
