import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SRC = join(ROOT, 'src');

/** What a folder (or file) of src may import besides itself, and why no more. The longest matching name counts. */
const LAYERS: Readonly<Record<string, { readonly may: readonly string[]; readonly because: string }>> = {
  'errors.ts': { may: [], because: 'every layer throws it, so it can know none of them' },
  model: { may: ['errors.ts'], because: 'plain data and rules that can be tested without any I/O' },
  report: {
    may: ['model', 'errors.ts'],
    because: 'events and numbers are data; printing them is the command line’s',
  },
  state: { may: ['model', 'errors.ts'], because: 'what we remember does not depend on how mail is carried' },
  store: { may: ['model', 'errors.ts'], because: 'the port and its wrappers serve any engine' },
  'store/imap': {
    may: ['store', 'model', 'errors.ts'],
    because: 'the one place that knows a protocol library; the port is all it has to fulfil',
  },
  'store/memory': { may: ['store', 'model', 'errors.ts'], because: 'it is one more store behind the port' },
  'store/memory.ts': { may: ['store/memory'], because: 'it only names what the in-memory store offers' },
  sync: {
    may: ['store', 'state', 'report', 'model', 'errors.ts'],
    because: 'the engine sees only the port, never IMAP itself, so that the in-memory store proves it',
  },
  'index.ts': {
    may: ['sync', 'store', 'store/imap', 'store/memory.ts', 'state', 'report', 'model', 'errors.ts'],
    because: 'the public API gathers the library; it needs neither settings nor a command line',
  },
  config: {
    may: ['store/imap', 'errors.ts'],
    because: 'settings become what a store is made of (a type) and carry no mail',
  },
  service: { may: ['report', 'errors.ts'], because: 'metrics and status pages read events only' },
  cli: {
    may: ['index.ts', 'config', 'report', 'model', 'errors.ts'],
    because: 'the command line is one user of the public API among others',
  },
};

/** One folder owns each package, so that it can be exchanged in one place. */
const OWNERS: Readonly<Record<string, string>> = {
  imapflow: 'store/imap/',
  lowdb: 'state/',
  commander: 'cli/',
  'p-queue': 'sync/',
};

/** Only the wrapper of the process may touch it; all else gets what it needs passed in. */
const GLOBALS: readonly { readonly what: RegExp; readonly only: RegExp; readonly because: string }[] = [
  {
    what: /\bprocess\.(stdout|stderr|stdin|argv|exit|exitCode|cwd|on|once)\b/,
    only: /^cli\/process-io\.ts$/,
    because: 'tests run every command with streams and signals of their own',
  },
  {
    what: /\bprocess\.env\b/,
    // The second hands the environment to a child.
    only: /^(cli\/process-io|state\/process-identity)\.ts$/,
    because: 'the environment is an input like any other',
  },
  { what: /\bconsole\./, only: /^$/, because: 'what is printed goes through the renderer, which cleans it' },
];

const MOST_LINES = 300;

/** Files that may be longer, and why. */
const LONGER: Readonly<Record<string, { readonly most: number; readonly because: string }>> = {
  'model/uid-set.ts': { most: 340, because: 'one value type, whose operations share one representation' },
};

interface Source {
  /** Path below src, `/` between folders. */
  readonly path: string;
  readonly text: string;
  /** Paths below src. */
  readonly imports: readonly string[];
  /** Packages, without Node's own. */
  readonly packages: readonly string[];
  /** What is loaded together with the file: neither types nor what is imported when it is needed. */
  readonly loads: readonly string[];
}

function readSources(): Source[] {
  const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((path) => readSource(path));
}

function readSource(path: string): Source {
  const text = readFileSync(join(SRC, path), 'utf8');
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\b[^;'"]*?from '([^']+)'/gm),
    ...text.matchAll(/^import '([^']+)'/gm),
    ...text.matchAll(/\bimport\('([^']+)'\)/g),
  ].map((match) => match[1] ?? '');
  const own = specifiers.filter((specifier) => specifier.startsWith('.'));
  return {
    path,
    text,
    imports: own.map((to) => pathBelowSrc(path, to)),
    packages: specifiers.filter((specifier) => !/^(\.|node:)/.test(specifier)),
    loads: [...text.matchAll(/^(?:import|export)(?! type\b)[^;'"]*?from '([^']+)'/gm)].map((match) =>
      pathBelowSrc(path, match[1] ?? ''),
    ),
  };
}

/** A relative import as a path below src; a package as it is. */
function pathBelowSrc(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(SRC, resolve(SRC, dirname(from), specifier)).replace(/\.js$/, '.ts');
}

function layerOf(path: string): string {
  const names = Object.keys(LAYERS).filter((name) => path === name || path.startsWith(`${name}/`));
  return names.sort((x, y) => y.length - x.length)[0] ?? '(no layer)';
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** A path of imports that ends where it began, or null. */
function findCycle(sources: readonly Source[]): string[] | null {
  const imports = new Map(sources.map(({ path, imports: to }) => [path, to]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of imports.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle !== null) return cycle;
    }
    done.add(path);
    return null;
  };
  for (const { path } of sources) {
    const cycle = visit(path, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

describe('the layout of src', () => {
  const sources = readSources();

  it('has found the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.find(({ path }) => path === 'cli/main.ts')?.imports).toContain('errors.ts');
    expect(sources.find(({ path }) => path === 'cli/main.ts')?.imports).toContain('cli/program.ts');
  });

  it('keeps imports going one way', () => {
    const wrong = sources.flatMap(({ path, imports }) => {
      const layer = layerOf(path);
      const rule = LAYERS[layer];
      if (rule === undefined) return [`${path} is in no layer: add its folder to the table`];
      const strangers = imports.filter((to) => layerOf(to) !== layer && !rule.may.includes(layerOf(to)));
      return strangers.map((to) => `${path} imports ${to}: ${rule.because}`);
    });
    expect(wrong).toEqual([]);
  });

  it('imports only files that exist', () => {
    const known = new Set(sources.map(({ path }) => path));
    const missing = sources.flatMap(({ path, imports }) =>
      imports.filter((to) => !known.has(to)).map((to) => `${path} imports ${to}`),
    );
    expect(missing).toEqual([]);
  });

  it('has no cycle of imports', () => {
    expect(findCycle(sources)).toBeNull();
  });

  it('gives each third-party package one owner', () => {
    const wrong = sources.flatMap(({ path, packages }) =>
      packages
        .map(packageName)
        .filter((name) => OWNERS[name] === undefined || !path.startsWith(OWNERS[name]))
        .map((name) => `${path} imports ${name}, which belongs to ${OWNERS[name] ?? 'nobody'}`),
    );
    expect(wrong).toEqual([]);
  });

  it('declares what it imports, and no more', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const used = new Set(sources.flatMap(({ packages }) => packages.map(packageName)));
    expect([...used].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it('touches the process in one place', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      GLOBALS.filter(({ what, only }) => what.test(withoutComments(text)) && !only.test(path)).map(
        ({ what, because }) => `${path} has ${what.source}: ${because}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('answers --version and mistakes without loading what carries mail', () => {
    const loads = new Map(sources.map((source) => [source.path, source.loads]));
    const reached = new Set(['cli/main.ts', 'cli/process-io.ts']);
    for (const path of reached) for (const next of loads.get(path) ?? []) reached.add(next);
    expect(reached).toContain('cli/exit-code.ts');
    expect([...reached].filter((path) => OWNERS[packageName(path)] !== undefined)).toEqual([]);
    const parser = new Set([
      'cli/program.ts',
      'cli/commander-error.ts',
      'cli/commands/backup.ts',
      'cli/commands/check.ts',
      'cli/commands/copy.ts',
      'cli/commands/mirror.ts',
      'cli/run-context.ts',
    ]);
    for (const path of parser) for (const next of loads.get(path) ?? []) parser.add(next);
    expect([...parser].filter((path) => OWNERS[packageName(path)] !== undefined)).toEqual(['commander']);
    expect(parser).not.toContain('index.ts');
  });

  it('keeps files short enough to read at once', () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > (LONGER[path]?.most ?? MOST_LINES))
      .map(({ path, lines }) => `${path} has ${lines} lines, more than ${LONGER[path]?.most ?? MOST_LINES}`);
    expect(long).toEqual([]);
  });

  it('names files by what they hold', () => {
    const vague = sources.filter(
      ({ path }) => /(^|\/)(utils?|helpers?|common|misc|manager)\.ts$/.test(path) || /[A-Z_ ]/.test(path),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
  });
});

describe('the search for cycles', () => {
  const file = (path: string, imports: readonly string[]): Source => ({
    path,
    imports,
    text: '',
    packages: [],
    loads: [],
  });

  it('finds one through several files', () => {
    const sources = [file('a.ts', ['b.ts']), file('b.ts', ['c.ts']), file('c.ts', ['b.ts'])];
    expect(findCycle(sources)).toEqual(['b.ts', 'c.ts', 'b.ts']);
  });

  it('takes two ways to one file for no cycle', () => {
    expect(findCycle([file('a.ts', ['b.ts', 'c.ts']), file('b.ts', ['c.ts']), file('c.ts', [])])).toBeNull();
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
