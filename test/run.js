// Runs every layer of tests from nothing but Node on Debian 12: installs what is missing, builds, starts real mail
// servers on loopback, stops them, and closes with one line that counts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, run } from './support/setup/install.js';

const LAYERS = ['unit', 'scenarios', 'property', 'conformance', 'crash', 'cli', 'integration'];

function fail(what) {
  console.log(`\n${what} failed\n0 passed, 1 failed`);
  process.exit(1);
}

function runLayer(layer, folder) {
  const file = join(folder, `${layer}.json`);
  const startedMs = Date.now();
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', layer, '--passWithNoTests'];
  run(layer, process.execPath, [
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const minutes = ((Date.now() - startedMs) / 60_000).toFixed(1);
  if (!existsSync(file)) return { layer, minutes, passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that cannot be loaded fails without a test of its own.
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    layer,
    minutes,
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
  };
}

/** In a name as test/support/test-folder.ts makes them it tells a later run that this one is over. */
function startTime() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

const wanted = process.argv.slice(2);
const layers = wanted.length > 0 ? LAYERS.filter((layer) => wanted.includes(layer)) : LAYERS;
if (!prepare()) fail('preparing');
if (!run('types', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']))
  fail('types');
if (!run('lint and format', process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '.']))
  fail('lint');
const folder = mkdtempSync(join(tmpdir(), `mailferry-test-${process.pid}-${startTime()}-`));
const results = layers.map((layer) => runLayer(layer, folder));
rmSync(folder, { recursive: true, force: true });

console.log('\nlayer         minutes  passed  failed');
for (const { layer, minutes, passed, failed } of results) {
  console.log(
    `${layer.padEnd(12)} ${minutes.padStart(8)} ${String(passed).padStart(7)} ${String(failed).padStart(7)}`,
  );
}
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = total('failed') === 0 && total('passed') > 0 ? 0 : 1;
