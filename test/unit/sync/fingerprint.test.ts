import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/sync/fingerprint.js';

const DATE = ' 7-Feb-1994 21:52:25 -0800';

function of(header: string, internalDate = DATE): ReturnType<typeof fingerprintOf> {
  return fingerprintOf({
    uid: 1,
    flags: [],
    internalDate,
    sizeBytes: 5,
    header: Buffer.from(header, 'latin1'),
  });
}

const ID = 'Message-ID: <a@b>\r\n';
const FULL = `${ID}Date: Mon, 7 Feb 1994 21:52:25 -0800\r\nFrom: Ann <ann@example.net>\r\n`;

describe('a fingerprint', () => {
  it.each([
    ['folding', FULL.replace('Message-ID: ', 'Message-ID:\r\n\t ')],
    ['case of field names', FULL.replace('Message-ID', 'MESSAGE-id').replace('From', 'FROM')],
    ['bare line feeds', FULL.replaceAll('\r\n', '\n')],
    ['the order of fields', FULL.split('\r\n').reverse().join('\r\n')],
    ['the zone of the date', FULL.replace('21:52:25 -0800', '22:52:25 -0700')],
    ['a comment behind the date', FULL.replace('-0800', '-0800 (PST)')],
    ['the display name', FULL.replace('Ann <', '=?utf-8?q?=C3=84nn?= <')],
    ['the case of the address', FULL.replace('ann@example', 'Ann@EXAMPLE')],
    ['blanks', FULL.replace('From: Ann', 'From:   Ann ')],
    ['a second field of the name', `${FULL}Message-ID: <other@b>\r\n`],
    ['other fields', `X-Other: 1\r\n${FULL}Subject: x\r\n`],
  ])('does not change with %s', (_what, header) => {
    const { strong, messageId } = of(header);
    expect(strong).not.toBeNull();
    expect({ strong, messageId }).toEqual({ strong: of(FULL).strong, messageId: of(FULL).messageId });
  });

  it.each([
    ['Message-ID', FULL.replace('<a@b>', '<A@b>')],
    ['date', FULL.replace('21:52:25', '21:52:26')],
    ['sender', FULL.replace('ann@', 'bob@')],
  ])('changes with the %s', (_what, header) => {
    expect(of(header).strong).not.toBe(of(FULL).strong);
  });

  it('without Message-ID goes by internal date, date and subject', () => {
    const one = of('Subject: x\r\n');
    expect([one.strong, one.messageId]).toEqual([null, null]);
    expect(one.loose).toBe(of('subject:  x \r\n', ' 8-Feb-1994 05:52:25 +0000').loose);
    expect(one.loose).not.toBe(of('Subject: x\r\n', ' 8-Feb-1994 05:52:26 +0000').loose);
    expect(one.loose).not.toBe(of('Subject: y\r\n').loose);
    expect(of(FULL).loose).toBeNull();
    expect(of('Message-ID:\r\nSubject: x\r\n').messageId).toBeNull();
  });

  it('of nothing is none', () => {
    for (const header of ['', '\r\n', 'X: 1\r\n', 'no colon\r\n', ': x\r\n'])
      expect(of(header)).toMatchObject({ strong: null, messageId: null, loose: null });
  });

  it('does not mix fields up', () => {
    expect(of('Date: x\r\n').loose).not.toBe(of('Subject: x\r\n').loose);
    expect(of('Message-ID: a\r\nDate: b\r\n').strong).not.toBe(of('Message-ID: a\r\nFrom: b\r\n').strong);
  });

  it('knows the instant of the internal date, and 0 for none', () => {
    expect(of('').internalDate).toBe(Date.UTC(1994, 1, 8, 5, 52, 25) / 1000);
    expect(of('', 'yesterday').internalDate).toBe(0);
  });

  it('takes no time over hostile headers', () => {
    const hostile = ['(', ' ', '\r\n ', '<', ':', 'x('].map((piece) => piece.repeat(50_000));
    for (const text of hostile) expect(of(`Date: ${text}\r\nFrom: ${text}\r\n${ID}`).uid).toBe(1);
  });
});
