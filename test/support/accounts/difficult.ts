import type { Random } from './random.js';

/**
 * Messages that break the rules. Servers change or refuse some of them, so what is read back can only be compared
 * with a control account that was filled the same way.
 */
export const DIFFICULT_SHAPES = {
  'bare LF': (message) => Buffer.from(message.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  'bare CR': (message) => Buffer.concat([message, Buffer.from('one\rtwo\rthree\r\n')]),
  'NUL octets': (message) => Buffer.concat([message, Buffer.from('nul \0\0 nul\r\n')]),
  'header only': (message) => message.subarray(0, headerEnd(message)),
  'header without the empty line': (message) => message.subarray(0, headerEnd(message) - 2),
  'body only': (message) => message.subarray(headerEnd(message) - 2),
  empty: () => Buffer.alloc(0),
  'no line end at the end': (message) => message.subarray(0, -2),
  '8-bit header': (message) =>
    Buffer.concat([Buffer.from('X-Raw: Grüße an \xe4\xff\r\n', 'latin1'), message]),
  'UTF-8 header': (message) => Buffer.concat([Buffer.from('Comments: Grüße, 日本語 🎉\r\n'), message]),
  'line of 100 kB': (message, random) => Buffer.concat([message, Buffer.from(`${random.hex(100_000)}\r\n`)]),
  'not a header field': (message) => Buffer.concat([Buffer.from('this is no header field\r\n'), message]),
  'mbox From line': (message) =>
    Buffer.concat([Buffer.from('From ann@example.org Mon Jan  1 00:00:00 2024\r\n'), message]),
  'multipart that never ends': (message, random) => {
    const header = `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${random.hex(8)}\r\n`;
    return Buffer.concat([Buffer.from(header), message]);
  },
} as const satisfies Record<string, (message: Buffer, random: Random) => Buffer>;

export type DifficultShape = keyof typeof DIFFICULT_SHAPES;

export const DIFFICULT_SHAPE_NAMES = Object.keys(DIFFICULT_SHAPES) as readonly DifficultShape[];

/** Where the body begins. */
function headerEnd(message: Buffer): number {
  return message.indexOf('\r\n\r\n') + 4;
}
