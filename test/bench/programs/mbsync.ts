import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountLogin } from '../../support/imap-client/index.js';
import type { Program } from './program.js';

const TIMEOUT_SECONDS = 120;

/** mbsync, the program of the package isync. */
export function mbsync(version: string): Program {
  return {
    name: 'mbsync',
    version,
    isPeer: true,
    obstacle: () => undefined,
    prepare: ({ source, destination, folder, stateFolder }) => {
      const file = join(folder, 'mbsyncrc');
      const lines = [
        ...store('source', source),
        ...store('destination', destination),
        ...channel(stateFolder),
      ];
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      return { file: 'mbsync', args: ['-c', file, '-q', 'bench'], env: {}, cwd: folder };
    },
  };
}

/** The empty line ends a section. */
function store(name: string, { host, port, user, password }: AccountLogin): string[] {
  return [
    `IMAPStore ${name}`,
    `Host ${host}`,
    `Port ${port}`,
    `User ${user}`,
    `Pass ${password}`,
    'SSLType None',
    'AuthMechs LOGIN',
    `Timeout ${TIMEOUT_SECONDS}`,
    '',
  ];
}

function channel(stateFolder: string): string[] {
  return [
    'Channel bench',
    'Far :source:',
    'Near :destination:',
    // INBOX is not matched by a wildcard.
    'Patterns INBOX *',
    'Sync Pull',
    'Create Near',
    'Expunge Near',
    'CopyArrivalDate yes',
    `SyncState ${stateFolder}/`,
    '',
  ];
}
