import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { test } from '../../src/vitest/index.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';

const root = new URL('../..', import.meta.url).pathname;

test('the fixture gives each test a service of its own, ready for tunnels', async ({ service }) => {
  const { tunnel, sourceAccessToken } = service.openTunnel({ services: ['SSH'] });
  expect(service.tunnels.get(tunnel.id)?.status).toBe('OPEN');
  expect(sourceAccessToken.length).toBeGreaterThan(100);
});

test('judgeClient makes a test of each scenario: those kept pass, those broken fail with the rule', async () => {
  using folder = temporaryFolder();
  await mkdir(folder.file('suite'));
  const project = folder.file('suite');
  await writeFile(
    join(project, 'judge.test.ts'),
    `import { OwnProxies } from '${root}src/scenario-runner/index.ts';
     import { judgeClient } from '${root}src/vitest/index.ts';
     await judgeClient(new OwnProxies(), { only: ['handshake/path'], roles: ['source'] });
     await judgeClient('${project}/never.yaml', { only: ['handshake/path'], patienceMs: 300 });
     await judgeClient('${project}/never.yaml', { only: ['handshake/*'], roles: ['source'], patienceMs: 300 });`,
  );
  await writeFile(
    join(project, 'never.yaml'),
    'name: never\nsource:\n  command: "false {url} {token} {mappings}"\n',
  );
  const output = join(project, 'results.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--root', project, '--reporter=json', `--outputFile=${output}`];
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch(() => undefined);
  const report = JSON.parse(await readFile(output, 'utf8')) as {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
  };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  expect(tests.filter(({ status }) => status === 'passed').length).toBe(1);
  const failed = tests.filter(({ status }) => status === 'failed');
  expect(failed.length).toBeGreaterThan(0);
  expect(failed[0]!.failureMessages.join()).toMatch(/\bH\d|S\d|W\d/);
  // What is blocked is skipped, and what blocks it fails.
  const blocking = failed.find(({ title }) => title.startsWith('it starts, connects'));
  expect(blocking?.failureMessages.join()).toContain('it did not connect to the service');
});
