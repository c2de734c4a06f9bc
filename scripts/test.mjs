// The whole test run: build, lint, types, tests. Ends with one line `N passed, N failed, N skipped`, and names what
// was skipped and why. Arguments go to vitest (`npm test -- test/protocol`).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (path) => join(root, 'node_modules', path);
const scratch = mkdtempSync(join(tmpdir(), 'testbed-results-'));
const results = join(scratch, 'results.json');

const steps = [
  ['build', [join(root, 'scripts/build.mjs')]],
  ['lint', [bin('@biomejs/biome/bin/biome'), 'check', '.']],
  ['types', [bin('typescript/bin/tsc'), '--noEmit']],
  [
    'tests',
    [
      bin('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
    ].concat(process.argv.slice(2)),
  ],
];

let failed = 0;
for (const [name, args] of steps) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TUNNEL_TESTBED_PREBUILT: '1' },
  });
  if (status !== 0) {
    console.error(`== ${name} failed (exit status ${status})`);
    failed++;
    if (name === 'build') break;
  }
}

const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const file of JSON.parse(readFileSync(results, 'utf8')).testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed++;
      else if (test.status === 'failed') counts.failed++;
      else {
        counts.skipped++;
        console.log(`SKIPPED ${relative(root, file.name)}: ${test.fullName}`);
      }
    }
  }
} catch {
  console.error('The test runner left no results.');
  failed++;
}
rmSync(scratch, { recursive: true });
if (process.env.CI !== 'true') {
  console.log(
    'LEFT OUT the suites that take minutes (LONG_SUITES in vitest.config.ts): CI=true npm test runs them too',
  );
}
// A step that failed without a failing test (lint, types, a file that would not load) counts as one failure.
if (failed > 0 && counts.failed === 0) counts.failed = failed;
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = failed > 0 || counts.failed > 0 ? 1 : 0;
