/** Mailbox names as RFC 3501 section 5.1.3 writes them: US-ASCII with the rest as UTF-16BE in a base64 of its own. */

/** Encodes a name; every run of other characters becomes one shifted section. */
export function encodeModifiedUtf7(name: string): string {
  return name.replace(/&|[^ -~]+/gu, (run) => (run === '&' ? '&-' : `&${encodeRun(run)}-`));
}

/** Decodes a name. Throws on whatever an encoder must not write, so that no two names decode to one. */
export function decodeModifiedUtf7(encoded: string): string {
  const name = encoded.replace(/&([^-]*)(-?)/g, (whole, section: string, end: string) => {
    if (end === '') throw new Error(`unreadable mailbox name ${JSON.stringify(encoded)}: no end of ${whole}`);
    return section === '' ? '&' : decodeRun(section);
  });
  if (encodeModifiedUtf7(name) !== encoded) {
    throw new Error(`unreadable mailbox name ${JSON.stringify(encoded)}: not in its one correct form`);
  }
  return name;
}

function encodeRun(run: string): string {
  const units = Buffer.alloc(run.length * 2);
  for (let index = 0; index < run.length; index++) units.writeUInt16BE(run.charCodeAt(index), index * 2);
  return units.toString('base64').replace(/=+$/, '').replaceAll('/', ',');
}

function decodeRun(section: string): string {
  const units = Buffer.from(section.replaceAll(',', '/'), 'base64');
  let text = '';
  for (let index = 0; index + 1 < units.length; index += 2)
    text += String.fromCharCode(units.readUInt16BE(index));
  return text;
}
