import { base64Of, longestLine, quotedPrintable, textOf } from './body-text.js';
import type { Random } from './random.js';

/** A body and the header fields that describe it. */
interface Part {
  readonly fields: string;
  readonly body: Buffer;
}

const MIME_VERSION = 'MIME-Version: 1.0\r\n';
const ATTACHMENT_NAMES = [
  'filename="report.pdf"',
  'filename="two words.docx"',
  "filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.xlsx",
  "filename*0*=iso-8859-1''Stra%DFe%20;\r\n\tfilename*1*=und%20Haus.png",
] as const;

/** Makes the body of a message of about `sizeBytes` octets. */
export type Shape = (random: Random, sizeBytes: number) => Part;

/** The bodies of the well-behaved profile. */
export const SHAPES = {
  'plain ASCII': (random, sizeBytes) => ({ fields: '', body: textOf(random, 'ascii', sizeBytes) }),
  '8-bit UTF-8': (random, sizeBytes) => text('utf-8', '8bit', textOf(random, 'unicode', sizeBytes)),
  '8-bit Latin-1': (random, sizeBytes) => text('iso-8859-1', '8bit', textOf(random, 'latin1', sizeBytes)),
  'quoted-printable': (random, sizeBytes) =>
    text('iso-8859-1', 'quoted-printable', quotedPrintable(textOf(random, 'latin1', sizeBytes * 0.8))),
  'longest line': (random, sizeBytes) => {
    const before = textOf(random, 'ascii', Math.max(1, sizeBytes - 1000));
    return text('us-ascii', '7bit', Buffer.concat([before, Buffer.from(longestLine(random))]));
  },
  'one empty line': () => ({ fields: '', body: Buffer.from('\r\n') }),
  'two alternatives': alternatives,
  attachments,
  forwarded,
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;

export const SHAPE_NAMES = Object.keys(SHAPES) as readonly ShapeName[];

function text(charset: string, encoding: string, body: Buffer, kind = 'text/plain'): Part {
  const type = `Content-Type: ${kind}; charset=${charset}\r\n`;
  return { fields: `${MIME_VERSION}${type}Content-Transfer-Encoding: ${encoding}\r\n`, body };
}

function alternatives(random: Random, sizeBytes: number): Part {
  const plain = text('utf-8', '8bit', textOf(random, 'unicode', sizeBytes * 0.3));
  const html = Buffer.concat([
    Buffer.from('<html><body><pre>\r\n'),
    textOf(random, 'latin1', sizeBytes * 0.5),
    Buffer.from('</pre></body></html>\r\n'),
  ]);
  const marked = text('iso-8859-1', 'quoted-printable', quotedPrintable(html), 'text/html');
  return multipart(random, 'alternative', [plain, marked]);
}

function attachments(random: Random, sizeBytes: number): Part {
  const count = random.between(1, 3);
  const first = sizeBytes > 4000 && random.chance(0.5) ? alternatives(random, 1500) : undefined;
  const parts: Part[] = [first ?? text('us-ascii', '7bit', textOf(random, 'ascii', 200))];
  for (let index = 0; index < count; index++) {
    const disposition = `Content-Disposition: attachment;\r\n ${random.pick(ATTACHMENT_NAMES)}\r\n`;
    const encoding = 'Content-Transfer-Encoding: base64\r\n';
    const fields = `Content-Type: application/octet-stream\r\n${disposition}${encoding}`;
    parts.push({ fields, body: base64Of(random, (sizeBytes - 1000) / count) });
  }
  return multipart(random, 'mixed', parts);
}

function forwarded(random: Random, sizeBytes: number): Part {
  const inner = text('utf-8', '8bit', textOf(random, 'unicode', sizeBytes * 0.7));
  const from = 'From: Somebody Else <else@example.net>\r\n';
  const header = `${from}Message-ID: <inner.${random.hex(10)}@example.net>\r\nSubject: inner\r\n`;
  const message = Buffer.concat([Buffer.from(`${header}${inner.fields}\r\n`), inner.body]);
  const note = text('us-ascii', '7bit', textOf(random, 'ascii', 100));
  return multipart(random, 'mixed', [note, { fields: 'Content-Type: message/rfc822\r\n', body: message }]);
}

function multipart(random: Random, subtype: string, parts: readonly Part[]): Part {
  const boundary = `=_${random.hex(24)}`;
  const pieces: Buffer[] = [Buffer.from('This is a message in MIME format.\r\n')];
  for (const part of parts) {
    pieces.push(Buffer.from(`\r\n--${boundary}\r\n${part.fields}\r\n`, 'latin1'), part.body);
  }
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  const type = `Content-Type: multipart/${subtype};\r\n boundary="${boundary}"\r\n`;
  return { fields: MIME_VERSION + type, body: Buffer.concat(pieces) };
}
