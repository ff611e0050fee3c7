import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailferryError } from '../../../src/errors.js';
import { withStateErrors } from '../../../src/state/file-errors.js';
import { nodeStateFiles } from '../../../src/state/files.js';
import { replaceFile } from '../../../src/state/replace-file.js';
import { openRouteState } from '../../../src/state/route-state.js';
import { makeTestFolder } from '../../support/test-folder.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob } from './open.js';

let folder: string;

beforeEach(() => {
  folder = makeTestFolder('files');
});

afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

async function mode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

async function failure(work: Promise<unknown>): Promise<MailferryError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MailferryError)) throw new Error(`not a failure of ours: ${error}`);
  return error;
}

describe('files on a real disk', () => {
  it('are for the owner alone, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      const deep = join(folder, 'state', 'route');
      await nodeStateFiles.makeFolder(deep);
      await nodeStateFiles.makeFolder(deep);
      await nodeStateFiles.create(join(deep, 'one'), Buffer.from('1'));
      await replaceFile(nodeStateFiles, join(deep, 'two'), Buffer.from('2'));
      expect([await mode(join(folder, 'state')), await mode(deep)]).toEqual([0o700, 0o700]);
      expect([await mode(join(deep, 'one')), await mode(join(deep, 'two'))]).toEqual([0o600, 0o600]);
    } finally {
      process.umask(umask);
    }
  });

  it('are read, listed, replaced, grown, cut and removed', async () => {
    const path = join(folder, 'one');
    expect(await nodeStateFiles.read(path)).toBeNull();
    expect(await nodeStateFiles.list(join(folder, 'none'))).toEqual([]);
    await nodeStateFiles.create(path, Buffer.from('one'));
    await expect(nodeStateFiles.create(path, Buffer.from('again'))).rejects.toThrow('EEXIST');
    const file = await nodeStateFiles.append(path);
    await file.write(Buffer.from(' two'));
    await file.truncate(5);
    await file.write(Buffer.from('!'));
    await file.datasync();
    await file.close();
    expect((await readFile(path)).toString()).toBe('one t!');
    await replaceFile(nodeStateFiles, path, Buffer.from('three'));
    expect((await nodeStateFiles.read(path))?.toString()).toBe('three');
    expect(await nodeStateFiles.list(folder)).toEqual(['one']);
    await nodeStateFiles.remove(path);
    await nodeStateFiles.remove(path);
    expect(await nodeStateFiles.list(folder)).toEqual([]);
    await expect(nodeStateFiles.append(path)).rejects.toThrow('ENOENT');
  });

  it('hold a whole route, private and without leftovers', async () => {
    const stateDir = join(folder, 'state');
    const signal = new AbortController().signal;
    const open = { stateDir, writes: [bob], command: 'test', signal };
    const state = await openRouteState({ ...open, a: ann, b: bob });
    const { key } = state.createPair('INBOX', 'INBOX');
    state.record({ t: 'pairs', key, runs: [1, 11, 5], flags: {} });
    await state.close();
    const turned = await openRouteState({ ...open, a: bob, b: ann });
    expect((await turned.load(key)).map.bOf(11)).toBe(1);
    await turned.close();
    const names = (await nodeStateFiles.list(turned.folder)).sort();
    expect(names).toEqual(['index.json', 'journal.ndjson', 'pack0-2.json']);
    for (const name of names) expect(await mode(join(turned.folder, name))).toBe(0o600);
    expect(await mode(turned.folder)).toBe(0o700);
    expect(await nodeStateFiles.list(join(stateDir, 'accounts'))).toEqual([]);
  });

  it('that cannot be made become an error that names the file and the fix', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');
    const files = withStateErrors(nodeStateFiles);
    const error = await failure(files.makeFolder(join(path, 'below')));
    expect([error.code, error.scope, error.at.file]).toEqual([
      'STATE_WRITE_FAILED',
      'run',
      join(path, 'below'),
    ]);
    expect(error.message).toContain('cannot create the state folder');
    expect(error.message).toContain('there is a file where a folder has to be');
    await expect(nodeStateFiles.makeFolder(path)).rejects.toThrow('EEXIST');
    await mkdir(join(folder, 'one'));
    expect((await failure(files.read(join(folder, 'one')))).message).toContain('cannot read the state file');
  });
});

it.skipIf(!existsSync('/proc/self'))(
  'a folder where none can be made ends in an error that names it',
  async () => {
    for (const path of ['/proc/mailferry-x', '/proc/mailferry-x/accounts']) {
      const error = await failure(withStateErrors(nodeStateFiles).makeFolder(path));
      expect([error.code, error.scope, error.retry, error.at.file]).toEqual([
        'STATE_WRITE_FAILED',
        'run',
        'never',
        path,
      ]);
      expect(error.message).toContain(`cannot create the state folder ${path}: no folder can be made there`);
      expect(error.hint).toContain('--state-dir');
    }
  },
);

describe('errors of the file system', () => {
  const cases = [
    ['ENOSPC', 'later', 'no space is left', 'free some space'],
    ['EDQUOT', 'later', 'no space is left', 'free some space'],
    ['EROFS', 'never', 'read-only', '--state-dir'],
    ['EACCES', 'never', 'permission is denied', '--state-dir'],
    ['EIO', 'later', 'the disk says', '--state-dir'],
  ] as const;

  it.each(cases)('%s is STATE_WRITE_FAILED with advice', async (code, retry, sentence, hint) => {
    const inner = new MemoryFiles([['/s/journal', Buffer.from('')]]);
    const files = withStateErrors(inner);
    const file = await files.append('/s/journal');
    const cause = Object.assign(new Error('the disk says'), { code });
    inner.onOperation = () => {
      throw cause;
    };
    const errors = [
      await failure(files.create('/s/journal', Buffer.from(''))),
      await failure(file.write(Buffer.from('x'))),
      await failure(file.datasync()),
      await failure(files.rename('/s/x', '/s/journal')),
    ];
    for (const error of errors) {
      expect([error.code, error.scope, error.retry]).toEqual(['STATE_WRITE_FAILED', 'run', retry]);
      expect(error.message).toContain('/s/journal');
      expect(error.message).toContain(sentence);
      expect(error.hint).toContain(hint);
      expect(error.cause).toBe(cause);
    }
  });

  it('leave errors that are not of the file system as they are', async () => {
    const inner = new MemoryFiles();
    const cause = new TypeError('a bug');
    inner.onOperation = () => {
      throw cause;
    };
    await expect(withStateErrors(inner).read('/s/x')).rejects.toBe(cause);
  });
});
