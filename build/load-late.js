// A program that starts, finds nothing to do and ends within a quarter of a second must not take half of that to read
// what it does not use. imapflow names these packages at its start, and needs none of them for a login: they are put into
// files of their own, which are read when somebody uses them.
const LATE = new Map([
  ['pino', []],
  ['encoding-japanese', []],
  ['iconv-lite', []],
  ['libmime', []],
  ['socks', ['SocksClient']],
]);
const names = [...LATE.keys()].join('|');

/** Entry points for {@link https://esbuild.github.io/api/#entry-points}, of files in the format of CommonJS. */
export const lateEntryPoints = [...LATE.keys()].map((name) => ({ in: name, out: `late-${name}` }));

/** Puts stand-ins in the place of these packages, which load them at their first use. */
export const loadLate = {
  name: 'load-late',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${names})$`) }, ({ path }) => ({ path, namespace: 'late' }));
    build.onResolve({ filter: /^\.\/late-/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path }) => {
      const load = `(whole ??= require('./late-${path}.cjs'))`;
      const named = LATE.get(path).map((name) => `export const ${name} = standIn(() => ${load}.${name});`);
      const contents = `let whole;
const standIn = (real) => new Proxy(function () {}, {
  get: (_, key) => real()[key],
  apply: (_, self, given) => Reflect.apply(real(), self, given),
  construct: (_, given) => Reflect.construct(real(), given),
});
export default standIn(() => ${load});
${named.join('\n')}`;
      return { contents, loader: 'js' };
    });
  },
};

/** An import of `node:crypto` by an ES module asks for all of it, WebCrypto too, which takes 20 ms to set up. */
export const cryptoAlone = {
  name: 'crypto-alone',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?crypto$/ }, ({ kind }) => {
      return kind === 'import-statement' ? { path: 'crypto', namespace: 'crypto-alone' } : undefined;
    });
    build.onLoad({ filter: /./, namespace: 'crypto-alone' }, () => {
      const used = ['createHash', 'randomBytes', 'X509Certificate'];
      const contents = `const crypto = process.getBuiltinModule('node:crypto');
${used.map((name) => `export const ${name} = crypto.${name};`).join('\n')}`;
      return { contents, loader: 'js' };
    });
  },
};
