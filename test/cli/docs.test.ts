import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeIo } from './support/fake-io.js';
import { StandInEngine } from './support/stand-in-engine.js';

const read = (path: string): string => readFileSync(join(new FakeIo().packageRoot, path), 'utf8');

async function optionsOf(...argv: string[]): Promise<Set<string>> {
  const io = new FakeIo();
  await main([...argv, '--help'], io, new StandInEngine().load);
  return new Set(io.out.slice(io.out.indexOf('Usage:')).match(/--[a-z][a-z-]*[a-z]/g));
}

describe('docs/cli.md', () => {
  const text = read('docs/cli.md');
  const told = new Set(text.match(/--[a-z][a-z-]*[a-z]/g));

  it('tells every option', async () => {
    const verbs = ['copy', 'backup', 'mirror'];
    const typed = (await Promise.all(verbs.map((verb) => optionsOf(verb)))).flatMap((found) => [...found]);
    const options = typed.map((option) => option.replace('--destination-', '--source-'));
    expect(
      options.filter((option) => !told.has(option) && !['--quiet', '--verbose'].includes(option)),
    ).toEqual([]);
  });

  it('tells no option that does not exist', async () => {
    const options = new Set([
      ...(await optionsOf()),
      ...(await optionsOf('copy')),
      ...(await optionsOf('backup')),
      ...(await optionsOf('mirror')),
      ...(await optionsOf('check')),
    ]);
    expect([...told].filter((option) => !options.has(option))).toEqual([]);
  });

  it('tells every exit code', () => {
    for (const code of [0, 1, 2, 3, 4, 5, 6, 8, 130])
      expect(text).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
  });
});

describe('docs/json-output.md', () => {
  it('tells every type of object that is written', () => {
    const types = [
      'connected',
      'listed',
      'mailbox-created',
      'mailbox-renamed',
      'mailbox-removed',
      'mailbox',
      'messages',
      'moved',
      'removed',
      'skipped',
      'conflict',
      'problem',
      'note',
    ];
    const text = read('docs/json-output.md');
    for (const type of [...types, 'waiting', 'progress', 'account', 'summary'])
      expect(text).toContain(`\`${type}\``);
  });
});
