import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

it('docs/rules.md is what `npm run generate` makes of the rules, the tests and the scenarios', async () => {
  const args = ['--import', 'tsx', join(root, 'scripts/generate-rules-page.ts'), '--print'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(await readFile(join(root, 'docs/rules.md'), 'utf8')).toBe(stdout);
});
