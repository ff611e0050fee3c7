import { accountUrl } from '../../support/program/index.js';
import type { Build } from './build.js';
import type { Program } from './program.js';

/** The program as it was built, run as a user runs it. */
export function mailferry(
  { executable, version, hasVerb }: Build,
  name: string,
  options: readonly string[] = [],
): Program {
  return {
    name,
    version,
    isPeer: false,
    obstacle: (task) =>
      task === '1 % changed' && !hasVerb('backup') ? 'this build has no `mailferry backup`' : undefined,
    prepare: ({ task, source, destination, folder, stateFolder }) => ({
      file: process.execPath,
      args: [
        executable,
        task === '1 % changed' ? 'backup' : 'copy',
        accountUrl(source),
        accountUrl(destination),
        '--state-dir',
        stateFolder,
        '--no-input',
        ...options,
      ],
      env: {
        MAILFERRY_SOURCE_PASSWORD: source.password,
        MAILFERRY_DESTINATION_PASSWORD: destination.password,
      },
      cwd: folder,
    }),
  };
}
