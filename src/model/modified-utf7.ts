/**
 * Modified UTF-7 of mailbox names (RFC 3501, section 5.1.3), strict both ways: a name that is not exactly what
 * encoding its decoded form would give has no decoded form, so that two names never look like one.
 */
export function decodeModifiedUtf7(wire: string): string | null {
  let decoded = '';
  for (let at = 0; at < wire.length; at++) {
    const code = wire.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return null;
    if (code !== 0x26) {
      decoded += wire[at];
      continue;
    }
    const end = wire.indexOf('-', at);
    if (end < 0) return null;
    const shifted = wire.slice(at + 1, end);
    const text = shifted === '' ? '&' : decodeShifted(shifted);
    if (text === null) return null;
    decoded += text;
    at = end;
  }
  return encodeModifiedUtf7(decoded) === wire ? decoded : null;
}

export function encodeModifiedUtf7(text: string): string {
  return text.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const octets = Buffer.from(run, 'utf16le').swap16();
    return `&${octets.toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

function decodeShifted(shifted: string): string | null {
  if (!/^[A-Za-z0-9+,]+$/.test(shifted)) return null;
  const octets = Buffer.from(shifted.replaceAll(',', '/'), 'base64');
  if (octets.length === 0 || octets.length % 2 !== 0) return null;
  return octets.swap16().toString('utf16le');
}

/** A name for people: decoded, else read as UTF-8, which some servers send as it is, else octet by octet. */
export function readableName(wire: string): string {
  const text = decodeModifiedUtf7(wire);
  if (text !== null || /^[\x20-\x7e]*$/.test(wire)) return text ?? wire;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(wire, 'latin1'));
  } catch {
    return wire;
  }
}
