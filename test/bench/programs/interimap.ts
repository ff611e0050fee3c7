import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountLogin } from '../../support/imap-client/index.js';
import type { Program } from './program.js';

/** interimap synchronises both ways; here nothing ever changes at the destination by itself. */
export function interimap(version: string): Program {
  return {
    name: 'interimap',
    version,
    isPeer: true,
    obstacle: (_task, destination) =>
      destination === 'microsoft-365' || destination === 'gmail'
        ? 'works with QRESYNC (RFC 7162) only, which this server does not offer'
        : undefined,
    prepare: ({ source, destination, folder, stateFolder }) => {
      const file = join(folder, 'interimap.conf');
      const lines = [
        `database = ${join(stateFolder, 'interimap.db')}`,
        ...section('local', destination),
        ...section('remote', source),
      ];
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      return { file: 'interimap', args: [`--config=${file}`, '--quiet'], env: {}, cwd: folder };
    },
  };
}

function section(name: string, { host, port, user, password }: AccountLogin): string[] {
  return [
    `[${name}]`,
    'type = imap',
    `host = ${host}`,
    `port = ${port}`,
    'STARTTLS = NO',
    // It would compress for one of the two sides only; on a fast link compressing costs more than it saves.
    'compress = NO',
    `username = ${user}`,
    `password = ${password}`,
  ];
}
