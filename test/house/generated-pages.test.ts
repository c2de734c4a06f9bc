import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

it.each([
  ['docs/rules.md', 'generate-rules-page'],
  ['docs/errors.md', 'generate-errors-page'],
])('%s is what `npm run generate` makes', async (page, script) => {
  const args = ['--import', 'tsx', join(root, `scripts/${script}.ts`), '--print'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(await readFile(join(root, page), 'utf8')).toBe(stdout);
});
