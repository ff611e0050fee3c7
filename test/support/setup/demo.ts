import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fillAccount, generateAccount } from '../accounts/index.js';
import { type AccountImage, compareAccounts, fingerprintServer, readAccount } from '../compare/index.js';
import { loginOf } from '../imap-client/index.js';
import { startCyrus, startDovecot } from '../servers/index.js';
import { makeTestFolder } from '../test-folder.js';

const MAILFERRY = new URL('../../../bin/mailferry.js', import.meta.url).pathname;
const ACCOUNT = { name: 'ann', password: 'correct horse' };

/** Starts two servers, fills one, copies, and compares by a reader that shares no code with mailferry. */
async function demonstrate(): Promise<boolean> {
  const old = await startDovecot({ users: [ACCOUNT] });
  const fresh = await startCyrus({ users: [ACCOUNT] });
  const stateDir = makeTestFolder('demo');
  try {
    const sample = generateAccount({ seed: 'demo', messages: 400, maxSizeBytes: 2_000_000, deleted: false });
    await fillAccount(loginOf(old), sample);
    const before = await fingerprintServer(loginOf(old));
    say(`Dovecot on port ${old.port} holds the account of ann, Cyrus on port ${fresh.port} is empty.`);
    const source = `imap://ann@127.0.0.1:${old.port}?tls=none`;
    const destination = `imap://ann@127.0.0.1:${fresh.port}?tls=none`;
    const first = copy(source, destination, stateDir);
    say('Once more: there is nothing left to do.');
    const second = copy(source, destination, stateDir);
    const arrived = await readAccount(loginOf(fresh));
    const differences = compareAccounts(await readAccount(loginOf(old)), arrived, {
      ignoreExtraMailboxes: 'empty',
    });
    show(arrived);
    const untouched = JSON.stringify(before) === JSON.stringify(await fingerprintServer(loginOf(old)));
    say(
      differences.length === 0
        ? 'Proof: every mailbox, body, flag and date is the same.'
        : differences.join('\n'),
    );
    say(untouched ? 'Proof: the source is as it was.' : 'The source has changed!');
    return first && second && untouched && differences.length === 0;
  } finally {
    await Promise.all([old.stop(), fresh.stop()]);
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function copy(source: string, destination: string, stateDir: string): boolean {
  console.log(`\n$ mailferry copy '${source}' '${destination}'`);
  const { password } = ACCOUNT;
  const env = {
    ...process.env,
    MAILFERRY_SOURCE_PASSWORD: password,
    MAILFERRY_DESTINATION_PASSWORD: password,
  };
  const args = [MAILFERRY, 'copy', source, destination, '--state-dir', stateDir];
  return spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status === 0;
}

function show({ mailboxes }: AccountImage): void {
  console.log('\nWhat another client finds at the destination:');
  for (const { path, messages, subscribed } of mailboxes) {
    const bytes = messages.reduce((sum, message) => sum + message.sizeBytes, 0);
    const columns = [String(messages.length).padStart(6), (bytes / 1_048_576).toFixed(1).padStart(8)];
    console.log(`${columns.join(' ')} MiB  ${subscribed ? '*' : ' '} ${path.join('/')}`);
  }
  console.log('   (* subscribed)');
}

function say(text: string): void {
  console.log(`\n${text}`);
}

process.exitCode = (await demonstrate()) ? 0 : 1;
