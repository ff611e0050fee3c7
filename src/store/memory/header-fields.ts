/** The octets of BODY[HEADER.FIELDS (…)] (RFC 3501, section 6.4.5): matching fields as they are, and a blank line. */
export function headerFieldsOf(body: Buffer, fields: readonly string[]): Buffer {
  const wanted = new Set(fields.map((field) => field.toLowerCase()));
  const kept = headerLines(body).filter((field) => wanted.has(nameOf(field)));
  return Buffer.from(`${kept.join('')}\r\n`, 'latin1');
}

/** Whole fields, folded lines included, each with its line end. */
function headerLines(body: Buffer): string[] {
  const header = body.toString('latin1', 0, endOfHeader(body));
  return header.match(/[^\n]*\n(?:[ \t][^\n]*\n?)*|[^\n]+$/g) ?? [];
}

function endOfHeader(body: Buffer): number {
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(0x0a, start);
    if (end < 0) return body.length;
    if (end === start || (end === start + 1 && body[start] === 0x0d)) return start;
    start = end + 1;
  }
  return body.length;
}

function nameOf(field: string): string {
  return field
    .slice(0, Math.max(0, field.indexOf(':')))
    .trim()
    .toLowerCase();
}
