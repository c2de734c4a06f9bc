import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { MAIN, run } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';

interface Workflow {
  readonly jobs: {
    readonly verify: { readonly steps: readonly { run?: string; with?: Record<string, string> }[] };
  };
}

const text = await readFile(new URL('../../examples/github-actions.yml', import.meta.url), 'utf8');
const client = `
name: my client
source: { command: [node, '${MAIN}', source, -e, '{url}', -s, '{mappings}', -y, '{version}'] }
environment: { AWSIOT_TUNNEL_ACCESS_TOKEN: '{token}' }
transport: plain
declares: { versions: [V3] }
`;

it('the workflow for GitHub Actions judges a client and leaves the report that it uploads', async () => {
  using folder = temporaryFolder();
  await writeFile(folder.file('my-client.yaml'), client);
  const { steps } = (parse(text) as Workflow).jobs.verify;
  const commands = steps.flatMap(({ run: line }) => (line === undefined ? [] : [line]));
  expect(commands[0]).toBe('npm ci');
  const [program, name, ...args] = commands[1]!.split(' ');
  expect([program, name]).toEqual(['npx', 'tunnel-testbed']);
  // One scenario: whether the whole suite passes is other tests' affair.
  const { code, stderr } = await run(process.execPath, [MAIN, ...args, '--only', 'streams/echo'], {
    cwd: folder.path,
  });
  expect([code, stderr]).toEqual([0, expect.stringContaining('tunnel.html')]);
  const uploaded = steps.find((step) => step.with?.path !== undefined)!.with!.path!;
  expect(await readFile(folder.file(uploaded), 'utf8')).toContain('my client');
});
