import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlagTable } from '../../../src/model/flags.js';
import { AppendLedger, earlyIntent, type OutgoingMessage } from '../../../src/sync/outgoing.js';

const BASE = {
  id: 4,
  side: 'b',
  sourceUidValidity: 7,
  uidValidity: 8,
  uidNext: 20,
  writtenAtMs: 1000,
} as const;

function message(uid: number, ...flags: string[]): OutgoingMessage {
  return { uid, flags, internalDate: `date ${uid}`, sizeBytes: 999 };
}

describe('AppendLedger', () => {
  it('becomes a promise that tells each message by what was really sent, however it was cut', () => {
    const body = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 5 }), fc.nat(40), (bodies, cut) => {
        const ledger = new AppendLedger();
        for (const [index, octets] of bodies.entries()) {
          ledger.begin(message(index + 5), octets.length);
          ledger.update(Buffer.from(octets.subarray(0, cut)));
          ledger.update(Buffer.from(octets.subarray(cut)));
          ledger.end();
        }
        const intent = ledger.intent(BASE);
        expect(intent).toMatchObject({
          ...BASE,
          sourceUids: bodies.map((_, index) => index + 5),
          sizes: bodies.map((octets) => octets.length),
          digests: bodies.map((octets) =>
            createHash('sha256').update(octets).digest('base64url').slice(0, 22),
          ),
          internalDates: bodies.map((_, index) => `date ${index + 5}`),
        });
      }),
    );
  });

  it('keeps flags by the place of the message in the command', () => {
    const ledger = new AppendLedger();
    for (const sent of [message(9, '\\Seen', 'Work'), message(12), message(30, '\\Seen')]) {
      ledger.begin(sent, 1);
      ledger.end();
    }
    const flags = FlagTable.fromDeltas(ledger.intent(BASE).flags);
    expect([1, 2, 3].map((place) => flags.flagsOf(place))).toEqual([['\\Seen', 'Work'], [], ['\\Seen']]);
    expect(ledger.messages.map(({ uid }) => uid)).toEqual([9, 12, 30]);
  });

  it('leaves out what was not sent to its end', () => {
    const ledger = new AppendLedger();
    ledger.update(Buffer.from('nobody’s'));
    ledger.end();
    ledger.begin(message(1), 3);
    ledger.update(Buffer.from('ab'));
    expect(ledger.messages).toEqual([]);
    expect(ledger.intent(BASE).sourceUids).toEqual([]);
  });
});

describe('earlyIntent', () => {
  it('names the messages without knowing their octets', () => {
    const intent = earlyIntent([message(3, 'Work'), message(4)], BASE);
    expect(intent).toMatchObject({ ...BASE, sourceUids: [3, 4], sizes: [999, 999], digests: null });
    expect(FlagTable.fromDeltas(intent.flags).flagsOf(1)).toEqual(['Work']);
  });
});
