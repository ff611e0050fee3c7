import { accountIdentity } from '../../../src/state/account-identity.js';
import { openRouteState } from '../../../src/state/route-state.js';

/**
 * A process of its own: `lock-child.ts <state folder> <source user> <destination user>`. For each line on stdin it
 * tries to open the route and says `open` or the code of the error; it keeps what it has opened until it ends.
 */
const [, , stateDir = '', source = '', destination = ''] = process.argv;

process.stdin.on('data', async () => {
  const b = accountIdentity('mail.example.com', 993, destination);
  try {
    const state = await openRouteState({
      stateDir,
      a: accountIdentity('old.example.net', 993, source),
      b,
      writes: [b],
      command: `mailferry copy ${source}`,
      signal: new AbortController().signal,
    });
    const { key } = state.createPair(`by ${process.pid}`, null);
    state.record({ t: 'pairs', key, runs: [1, 1, 1], flags: {} });
    await state.commit();
    process.stdout.write('open\n');
  } catch (error) {
    process.stdout.write(`${error instanceof Error && 'code' in error ? error.code : error}\n`);
  }
});
process.stdout.write('ready\n');
