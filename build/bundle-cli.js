// Puts the program, with the packages it needs, into a few files: to load some 400 modules took longer than all else in a
// run that finds nothing to do. Names are kept, and `node --enable-source-maps` leads back to the source. The rest of what
// `tsc` wrote stays, for whoever imports the library.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { cryptoAlone, lateEntryPoints, loadLate } from './load-late.js';
import { removeStale } from './remove-stale.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const NOTICES = join(root, 'dist/cli/third-party-notices.txt');

const common = {
  absWorkingDir: root,
  outdir: 'dist/cli',
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
};
const program = await build({
  ...common,
  entryPoints: ['src/cli/main.ts', 'src/cli/process-io.ts', 'src/cli/tune-v8.ts'],
  splitting: true,
  format: 'esm',
  plugins: [loadLate, cryptoAlone],
  sourcemap: 'linked',
  sourcesContent: false,
  // CommonJS modules of Node itself are loaded by a function that ES modules lack.
  banner: {
    js: "import { createRequire as createRequireOfNode } from 'node:module'; const require = createRequireOfNode(import.meta.url);",
  },
});
const late = await build({
  ...common,
  entryPoints: lateEntryPoints,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});
const built = [program.metafile, late.metafile];
const outputs = built.flatMap((part) => Object.keys(part.outputs)).map((output) => join(root, output));
removeStale(join(root, 'dist'), join(root, 'src'), new Set([...outputs, NOTICES]));
writeFileSync(NOTICES, notices(packagesOf(built.flatMap(({ inputs }) => Object.keys(inputs)))));

/** Folders of the packages of which something was taken in. */
function packagesOf(inputs) {
  const found = new Set();
  for (const input of inputs) {
    const [own] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (own) found.add(join(root, own));
  }
  return [...found].sort();
}

/** Their licences ask to be handed on with every copy. */
function notices(packages) {
  return packages.map((path) => `${titleOf(path)}\n\n${licenceOf(path)}\n`).join(`\n${'-'.repeat(78)}\n`);
}

function titleOf(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})`;
}

function licenceOf(path) {
  const files = readdirSync(path).filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name));
  if (files.length === 0)
    return `Its package names the licence only: ${basename(dirname(path))}/${basename(path)}`;
  return files.map((name) => readFileSync(join(path, name), 'utf8').trim()).join('\n\n');
}
