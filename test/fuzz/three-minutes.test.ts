import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { run } from '../cli/support/run-cli.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTES = '1.5';
/** A finding is made smaller before it is reported, and each part may wait for a busy machine. */
const LONGEST_MS = 15 * 60_000;

/** Fresh for each commit, and the same for whoever runs that commit again. */
function freshSeed(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : randomBytes(6).toString('hex');
}

it.each([
  ['a seed that stays', 'ci'],
  ['a fresh seed', freshSeed()],
])(
  'the fuzzer finds nothing with %s',
  async (_what, seed) => {
    const args = ['node_modules/tsx/dist/cli.mjs', 'test/fuzz/main.ts', '--minutes', MINUTES, '--seed', seed];
    const { code, stdout, stderr } = await run(process.execPath, args, { cwd: ROOT, ms: LONGEST_MS });
    console.log(stdout);
    expect({ code, stderr, found: /FOUND[\s\S]*/.exec(stdout)?.[0] }).toEqual({
      code: 0,
      stderr: '',
      found: undefined,
    });
  },
  LONGEST_MS,
);
