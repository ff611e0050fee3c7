import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailferryError } from '../../../../../src/errors.js';
import {
  type LiteralSink,
  type ReaderLimits,
  type ResponsePart,
  ResponseReader,
  STREAMED,
} from '../../../../../src/store/imap/wire/response-reader.js';

interface Heard {
  readonly responses: string[];
  /** Each literal's announced size and what was passed on. */
  readonly streamed: { readonly sizeBytes: number; text: string; ended: boolean }[];
}

interface Ways {
  readonly streams?: boolean;
  readonly waits?: boolean;
  readonly limits?: ReaderLimits;
}

function textOfPart(part: ResponsePart): string {
  if (part === STREAMED) return '<streamed>';
  return 'literal' in part ? `<${part.literal.toString('latin1')}>` : part.text.toString('latin1');
}

/** A reader that waits, where told to, for a moment of the event loop at each step. */
function listen({ streams = false, waits = false, limits }: Ways = {}): {
  reader: ResponseReader;
  heard: Heard;
} {
  const heard: Heard = { responses: [], streamed: [] };
  const pause = (): Promise<void> | undefined => (waits ? new Promise(setImmediate) : undefined);
  const open = (sizeBytes: number): LiteralSink => {
    const entry = { sizeBytes, text: '', ended: false };
    heard.streamed.push(entry);
    return {
      chunk: (data) => {
        entry.text += data.toString('latin1');
        return pause();
      },
      end: () => {
        entry.ended = true;
        return pause();
      },
    };
  };
  const reader = new ResponseReader(
    {
      literal: (_parts, sizeBytes) => {
        const sink = streams ? open(sizeBytes) : null;
        return waits ? Promise.resolve(sink) : sink;
      },
      response: (parts) => {
        heard.responses.push(parts.map(textOfPart).join(''));
        return pause();
      },
    },
    limits,
  );
  return { reader, heard };
}

async function hear(octets: string, cuts: readonly number[] = [], ways: Ways = {}): Promise<Heard> {
  const { reader, heard } = listen(ways);
  const whole = Buffer.from(octets, 'latin1');
  const places = [...new Set(cuts)].filter((cut) => cut < whole.length).sort((x, y) => x - y);
  for (const [index, from] of [0, ...places].entries()) {
    const wait = reader.push(whole.subarray(from, places[index] ?? whole.length));
    if (wait) await wait;
  }
  return heard;
}

const TALK = [
  '* OK [UIDNEXT 5] it ends in {5}\r\n',
  '* 1 FETCH (UID 7 BODY[] {12}\r\nab\r\n* 2 {3}c FLAGS (\\Seen))\r\n',
  '* LIST () "/" {0}\r\n\r\n',
  '* 2 FETCH (BODY[1] ~{2}\r\n\0\xff X {1}\r\n) BODY[] {0}\r\n UID 8)\r\n',
  '+ go on {7}\r\n',
  '\r\n',
  '* SEARCH 1 2 3\n',
  'F1 NO [ALERT] {3}\r\n',
].join('');

const HEARD = [
  '* OK [UIDNEXT 5] it ends in {5}',
  '* 1 FETCH (UID 7 BODY[] {12}<ab\r\n* 2 {3}c> FLAGS (\\Seen))',
  '* LIST () "/" {0}<>',
  '* 2 FETCH (BODY[1] ~{2}<\0\xff> X {1}<)> BODY[] {0}<> UID 8)',
  '+ go on {7}',
  '',
  '* SEARCH 1 2 3',
  'F1 NO [ALERT] {3}',
];

const cuts = fc.array(fc.nat({ max: TALK.length }), { maxLength: 30 });

describe('ResponseReader', () => {
  it('cuts a conversation into responses with their literals', async () => {
    expect((await hear(TALK)).responses).toEqual(HEARD);
  });

  it('gives the same for every octet apart', async () => {
    const each = Array.from({ length: TALK.length }, (_, index) => index);
    expect((await hear(TALK, each)).responses).toEqual(HEARD);
  });

  it('gives the same however the octets were split, whoever waits', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (places, waits) => {
        expect((await hear(TALK, places, { waits })).responses).toEqual(HEARD);
      }),
    );
  });

  it('passes on every octet of streamed literals, however they were split, whoever waits', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (places, waits) => {
        const { responses, streamed } = await hear(TALK, places, { streams: true, waits });
        expect(responses).toEqual(HEARD.map((text) => text.replace(/<.*?>/gs, '<streamed>')));
        expect(streamed).toEqual([
          { sizeBytes: 12, text: 'ab\r\n* 2 {3}c', ended: true },
          { sizeBytes: 0, text: '', ended: true },
          { sizeBytes: 2, text: '\0\xff', ended: true },
          { sizeBytes: 1, text: ')', ended: true },
          { sizeBytes: 0, text: '', ended: true },
        ]);
      }),
    );
  });

  it('reads literals of any content', async () => {
    const content = fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets).toString('latin1'));
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 4 }), cuts, async (bodies, places) => {
        const octets = `* X${bodies.map((body) => ` {${body.length}}\r\n${body}`).join('')}\r\n* Y\r\n`;
        const { responses } = await hear(octets, places);
        expect(responses).toEqual([
          `* X${bodies.map((body) => ` {${body.length}}<${body}>`).join('')}`,
          '* Y',
        ]);
      }),
    );
  });

  it('passes a literal of many octets on as it comes, without gathering it', async () => {
    const { reader, heard } = listen({ streams: true, limits: { responseBytes: 100, literalBytes: 10 } });
    expect(reader.push(Buffer.from('* 1 FETCH (BODY[] {1000}\r\n'))).toBeUndefined();
    for (let sent = 0; sent < 1000; sent += 250) {
      expect(reader.push(Buffer.alloc(250, 'x'))).toBeUndefined();
      expect(heard.streamed[0]?.text.length).toBe(sent + 250);
    }
    expect(reader.push(Buffer.from(')\r\n'))).toBeUndefined();
    expect(heard.responses).toEqual(['* 1 FETCH (BODY[] {1000}<streamed>)']);
  });

  it('does not go on while the receiver of a literal waits', async () => {
    let release = (): void => undefined;
    const calls: string[] = [];
    const reader = new ResponseReader({
      literal: () => ({
        chunk: () => {
          calls.push('chunk');
          return new Promise<void>((resolve) => {
            release = resolve;
          });
        },
        end: () => {
          calls.push('end');
          return undefined;
        },
      }),
      response: () => {
        calls.push('response');
        return undefined;
      },
    });
    const wait = reader.push(Buffer.from('* X {2}\r\nab\r\n'));
    await new Promise(setImmediate);
    expect(calls).toEqual(['chunk']);
    release();
    await wait;
    expect(calls).toEqual(['chunk', 'end', 'response']);
  });

  it('throws what a receiver throws at once, and rejects with what it throws later', async () => {
    const failing = (sink: LiteralSink): ResponseReader =>
      new ResponseReader({ literal: () => sink, response: () => undefined });
    const chunk = Buffer.from('* X {2}\r\nab');
    const atOnce = failing({
      chunk: () => {
        throw new Error('no');
      },
      end: () => undefined,
    });
    expect(() => atOnce.push(chunk)).toThrow('no');
    const later = failing({ chunk: async () => Promise.reject(new Error('not now')), end: () => undefined });
    await expect(later.push(chunk)).rejects.toThrow('not now');
    const atTheEnd = failing({
      chunk: async () => undefined,
      end: () => Promise.reject(new Error('no end')),
    });
    await expect(atTheEnd.push(chunk)).rejects.toThrow('no end');
  });

  describe('has limits for what it keeps', () => {
    const limits = { responseBytes: 20, literalBytes: 5 };
    const codeOf = async (octets: string, ways: Ways = {}): Promise<string> => {
      const failed = (error: unknown): string => (error as MailferryError).code;
      return await hear(octets, [3, 7, 30], { limits, ...ways }).then(() => 'taken', failed);
    };

    it('for a line and a literal', async () => {
      expect(await codeOf(`* ${'x'.repeat(18)}\r`)).toBe('PROTOCOL_ERROR');
      expect(await codeOf(`* ${'x'.repeat(17)}\r\n`)).toBe('taken');
      expect(await codeOf('* X {6}\r\nabcdef\r\n')).toBe('PROTOCOL_ERROR');
      expect(await codeOf('* X {5}\r\nabcde\r\n')).toBe('taken');
      expect(await codeOf('* X {999999999999}\r\n')).toBe('PROTOCOL_ERROR');
    });

    it('for all lines and literals of one response together', async () => {
      expect(await codeOf('* X {5}\r\nabcde {4}\r\nabcd\r\n* X {5}\r\nabcde\r\n')).toBe('PROTOCOL_ERROR');
      expect(await codeOf('* X {5}\r\nabcde\r\n* X {5}\r\nabcde\r\n* X {5}\r\nabcde\r\n')).toBe('taken');
    });

    it('not for what is streamed, but for the text between', async () => {
      const long = `{50}\r\n${'x'.repeat(50)}`;
      expect(await codeOf(`* X ${long}\r\n* X ${long}\r\n`, { streams: true })).toBe('taken');
      expect(await codeOf(`* X ${long} ${long} ${long}\r\n`, { streams: true })).toBe('PROTOCOL_ERROR');
    });

    it('for the number of literals, which cost memory even when they are empty', async () => {
      const failed = (error: unknown): string => (error as MailferryError).code;
      const outcome = hear(`* X${' {0}\r\n'.repeat(10_000)}`).then(() => 'taken', failed);
      expect(await outcome).toBe('PROTOCOL_ERROR');
    });
  });

  it('takes what only looks like a literal for text', async () => {
    const lines = ['* X {}', '* X {a}', '* X 5}', '* X {5} ', '* X {-5}', `* X {${'9'.repeat(30)}}`];
    for (const line of lines) expect((await hear(`${line}\r\n`)).responses).toEqual([line]);
  });
});
