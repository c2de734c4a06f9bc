import { configDefaults, defineConfig } from 'vitest/config';

/** Suites that take minutes: CI runs them, and `CI=true npm test`. `scripts/test.mjs` says that they were left out. */
const LONG_SUITES = [
  'test/bench/smoke.test.ts',
  'test/scenario-runner/leaks.test.ts',
  'test/scenario-runner/odd-clients.test.ts',
  'test/scenarios/mutants.test.ts',
  'test/scenarios/ssh.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(process.env.CI === 'true' ? [] : LONG_SUITES)],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: ['test/support/build-once.ts'],
  },
});
