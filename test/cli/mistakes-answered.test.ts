import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { MailferryError, type MailferryErrorInit } from '../../src/index.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, SOURCE } from './support/run-verb.js';
import { StandInEngine } from './support/stand-in-engine.js';

/** A row: what a server or the state answers, the exit code, and what the sentence must hold. */
type Thrown = readonly [
  what: string,
  init: Partial<MailferryErrorInit>,
  exitCode: number,
  ...parts: string[],
];

const argv = ['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere'];
const ANN = 'ann@new.example.com';

/** What a server or the state answers, as the layers below throw it. */
const THROWN: readonly Thrown[] = [
  [
    'a wrong password',
    { code: 'AUTH_FAILED', serverText: '[AUTHENTICATIONFAILED] no' },
    4,
    `${ANN} refused the login`,
    'the server said: [AUTHENTICATIONFAILED] no',
    'wanted:',
    'password',
  ],
  [
    'a stranger’s certificate',
    { code: 'TLS_UNTRUSTED' },
    4,
    `the certificate of ${ANN} is not trusted`,
    'wanted:',
    '--destination-ca FILE',
    '--destination-fingerprint SHA256',
  ],
  [
    'no encryption',
    { code: 'TLS_UNAVAILABLE' },
    4,
    `${ANN} offers no encryption`,
    'wanted: STARTTLS',
    'imaps://',
  ],
  [
    'an unknown host',
    { code: 'HOST_UNKNOWN' },
    5,
    `the host of ${ANN} is unknown`,
    'wanted: a host name',
    'spelling',
  ],
  [
    'a refused connection',
    { code: 'CONNECT_FAILED' },
    5,
    `no connection to ${ANN}`,
    'wanted: a mail server',
    'host and port',
  ],
  [
    'a lost connection',
    { code: 'CONNECTION_LOST' },
    5,
    `the connection to ${ANN} was lost`,
    'run the same command again',
  ],
  ['silence', { code: 'SERVER_SILENT' }, 5, `${ANN} owed an answer`, '--timeout'],
  ['a busy server', { code: 'SERVER_BUSY' }, 5, `${ANN} wants no more of us`, 'later', '--connections'],
  [
    'no IMAP',
    { code: 'PROTOCOL_ERROR' },
    1,
    `${ANN} sent what could not be understood`,
    'wanted: IMAP',
    '--trace imap',
  ],
  ['over quota', { code: 'OVER_QUOTA' }, 2, `${ANN} is full`, 'quota'],
  ['too many removals', { code: 'REMOVALS_HELD' }, 6, `removed at ${ANN}`, '--max-delete'],
  [
    'strangers’ messages',
    { code: 'FOREIGN_MESSAGES' },
    6,
    `${ANN} has messages`,
    'wanted: a decision',
    '--keep-extra',
    '--remove-foreign',
  ],
  ['drift', { code: 'DRIFT' }, 6, `${ANN} was changed by others`, 'wanted:', '--on-drift'],
  [
    'no UIDPLUS',
    { code: 'REMOVAL_UNSUPPORTED' },
    2,
    `${ANN} cannot remove`,
    'wanted: UIDPLUS',
    'mail program',
  ],
  ['another run', { code: 'STATE_LOCKED', scope: 'run' }, 8, 'another run holds these accounts', 'wait'],
  ['damaged state', { code: 'STATE_DAMAGED', scope: 'run' }, 1, 'the saved state is damaged', 'backup'],
  ['state of others', { code: 'STATE_FOREIGN', scope: 'run' }, 1, 'belongs to other accounts', '--state-dir'],
  [
    'state of a newer mailferry',
    { code: 'STATE_NEWER', scope: 'run' },
    1,
    'error: the saved state is of a newer mailferry',
    'use that one',
  ],
  [
    'a disk that fails',
    { code: 'STATE_WRITE_FAILED', scope: 'run', retry: 'later' },
    1,
    'cannot be saved',
    'wanted: a state folder that can be written',
    '--state-dir',
  ],
  [
    'a pattern that matches nothing',
    { code: 'USAGE', scope: 'run', message: 'no mailbox matches "X"; wanted one', hint: 'see check' },
    3,
    'error: no mailbox matches "X"',
    'see check',
  ],
  ['a mistake of ours', { code: 'INTERNAL', scope: 'run' }, 1, 'mailferry failed', 'report it'],
];

describe('what servers and state answer', () => {
  const rows = THROWN.map(([what, init, exitCode, ...parts]) => ({ what, init, exitCode, parts }));

  it.each(rows)(
    '$what is told in one sentence with what was seen and the fix',
    async ({ init, exitCode, parts }) => {
      const error = new MailferryError({
        ...{
          code: 'INTERNAL',
          scope: 'account',
          retry: 'never',
          message: 'what was seen',
          at: { account: ANN },
        },
        ...init,
      });
      for (const when of ['open', 'run'] as const) {
        const io = new FakeIo({ env: PASSWORDS });
        const engine = new StandInEngine();
        engine[when] = async () => Promise.reject(error);
        expect(await main(argv, io, engine.load)).toBe(exitCode);
        for (const part of [error.message, '  fix:    ', ...parts]) expect(io.err).toContain(part);
        expect(io.err.match(/^error: /gm)).toHaveLength(1);
      }
    },
  );
});
