import { defineConfig } from 'vitest/config';

/** Layers that need no mail server. */
const quick = { testTimeout: 60_000, hookTimeout: 60_000 };
const random = { ...quick, setupFiles: ['test/support/same-cases.ts'] };
/** Layers that talk to real servers; generous, because nothing may depend on how fast a machine is. */
const real = { testTimeout: 600_000, hookTimeout: 300_000 };

function layer(name: string, include: readonly string[], options: object): object {
  return { test: { name, include: [...include], ...options } };
}

export default defineConfig({
  test: {
    // Much of the time is spent waiting, for servers and for commits that may be late.
    maxWorkers: 2,
    globalSetup: ['test/support/setup/reap-test-folders.ts'],
    projects: [
      layer('unit', ['test/unit/**/*.test.ts'], random),
      layer('conformance', ['test/conformance/**/*.test.ts'], real),
      layer('scenarios', ['test/scenarios/**/*.test.ts'], quick),
      layer('property', ['test/property/**/*.test.ts'], random),
      layer('crash', ['test/crash/**/*.test.ts'], real),
      layer('cli', ['test/cli/**/*.test.ts'], real),
      layer('integration', ['test/integration/**/*.test.ts'], real),
    ],
  },
});
