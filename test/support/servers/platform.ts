import { readFileSync } from 'node:fs';

const IN_A_CONTAINER = 'docker run --rm -v "$PWD":/src -w /src node:20-bookworm npm test';

/** Whether real mail servers can be started here, and if not, why; the reason ends with what to do instead. */
export function whyServersCannotRun(): string | undefined {
  if (process.platform !== 'linux') return reason(`this is ${process.platform}`);
  const release = readRelease();
  if (release['ID'] !== 'debian') return reason(`this is ${release['PRETTY_NAME'] ?? 'an unknown system'}`);
  if (Number(release['VERSION_ID']) > 12) {
    return reason(
      `this is Debian ${release['VERSION_ID']}, whose Dovecot 2.4 reads another configuration language`,
    );
  }
  if (release['VERSION_ID'] !== '12') return reason(`this is Debian ${release['VERSION_ID'] ?? 'unstable'}`);
  if (process.getuid?.() !== 0) return reason('this process is not root');
  return undefined;
}

/** @throws Error with the one line that runs the tests in a container. */
export function assertServersCanRun(): void {
  const why = whyServersCannotRun();
  if (why !== undefined) throw new Error(why);
}

function reason(what: string): string {
  return `The real mail servers of the tests run as root on Debian 12, but ${what}. Run them in a container: ${IN_A_CONTAINER}`;
}

function readRelease(): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of readOrEmpty('/etc/os-release').split('\n')) {
    const match = /^([A-Z_]+)="?([^"]*)"?$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values[match[1]] = match[2];
  }
  return values;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
