import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** Suites that take minutes: CI runs them, and `CI=true npm test`. `scripts/test.mjs` says that they were left out. */
const LONG_SUITES = [
  'test/bench/smoke.test.ts',
  'test/fuzz/three-minutes.test.ts',
  'test/reliability/stores.test.ts',
  'test/scenario-runner/engine/loop-guard.test.ts',
  'test/scenario-runner/leaks.test.ts',
  'test/scenario-runner/odd-clients.test.ts',
  'test/scenarios/mutants.test.ts',
  'test/scenarios/mutant-services.test.ts',
  'test/scenarios/lazy-clients.test.ts',
  'test/scenarios/ssh.test.ts',
];

/** Clients in other languages take about ten minutes: `STRANGERS=1 CI=true npm test -- test/scenario-runner/other-languages.test.ts`. */
const STRANGERS = process.env.STRANGERS === '1' ? [] : ['test/scenario-runner/other-languages.test.ts'];

/** Scenarios import the package by the name that users write; tests meet the sources, each class once. */
const { paths } = JSON.parse(readFileSync(new URL('tsconfig.json', import.meta.url), 'utf8')).compilerOptions;
const alias = Object.entries(paths as Record<string, [string]>).map(([name, [file]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(file, import.meta.url)),
}));

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...STRANGERS, ...(process.env.CI === 'true' ? [] : LONG_SUITES)],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: ['test/support/build-once.ts'],
  },
});
