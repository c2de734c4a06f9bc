import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadScenarios } from '../../src/scenario-runner/index.js';
import { MAIN, run } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';

const page = await readFile(new URL('../../docs/verify.md', import.meta.url), 'utf8');
const example = /```js\n([\s\S]*?)```/.exec(page)![1]!;

async function load(files: Readonly<Record<string, string>>) {
  using folder = temporaryFolder();
  await mkdir(folder.file('mine'));
  for (const [name, text] of Object.entries(files)) await writeFile(folder.file(`mine/${name}`), text);
  return await loadScenarios(folder.file('mine'));
}

it('shows a scenario that is one', async () => {
  expect((await load({ 'stale.mjs': example })).map(({ id }) => id)).toEqual(['mine/stale-data']);
});

it('shows a scenario that may as well be TypeScript', async () => {
  using folder = temporaryFolder();
  await mkdir(folder.file('mine'));
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), folder.file('node_modules'));
  const typed = example.replace('async (trial)', "async (trial: import('tunnel-testbed/scenarios').Trial)");
  await writeFile(folder.file('mine/stale.ts'), typed);
  const args = ['verify', '--own', '--list', '--scenarios', 'mine', '--only', 'mine/*', '--role', 'source'];
  const { code, stdout } = await run(process.execPath, [MAIN, ...args], { cwd: folder.path });
  expect([code, stdout]).toEqual([0, expect.stringContaining('mine/stale-data@source/V3')]);
});

it.each([
  [{ 'a.mjs': example, 'b.mjs': example }, "id 'mine/stale-data' is also in"],
  [{ 'a.mjs': example.replace(/ {2}title.*\n/, '') }, "a.mjs (mine/stale-data): 'title' is missing"],
  [{ 'a.mjs': example.replace("['S7']", "['S99']") }, "'S99' is not a rule"],
  [{ 'a.mjs': 'export default 1;' }, 'the default export is not a scenario'],
  [{ 'a.mjs': 'throw new Error("oh");' }, 'cannot be loaded: oh'],
  [{}, 'There is no scenario file'],
])('refuses what is none: %#', async (files, says) => {
  await expect(load(files as Record<string, string>)).rejects.toThrow(says);
});
