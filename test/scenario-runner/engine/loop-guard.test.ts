import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MAIN } from '../../cli/support/run-cli.js';
import { temporaryFolder } from '../../cli/support/temporary-folder.js';

const scenario = (name: string, run: string): string => `export default {
  id: 'mine/${name}', title: 'A', why: 'B', rules: ['S17'], role: 'source', versions: ['V3'], run: async (trial) => { ${run} },
};`;

/** Judges our own source by a scenario that never waits and one that does, and tells of the process. */
async function judged(endless: string) {
  using folder = temporaryFolder();
  writeFileSync(folder.file('endless.mjs'), scenario('endless', endless));
  writeFileSync(folder.file('good.mjs'), scenario('good', "await (await trial.opens()).echoes('S3');"));
  const args = [
    'verify',
    '--own',
    '--only',
    'mine/*',
    '--scenarios',
    folder.path,
    '--format',
    'tap',
    '--patience',
    '1000',
  ];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  let peak = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(join('/proc', `${child.pid}`, 'status'), 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // Gone, or a system without /proc.
    }
  }, 50);
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(look);
  return { code, stdout, peakMb: peak / 1024 };
}

const BARE = 'for (;;) await null;';
const VERBS =
  "await trial.connected(); const { socket } = await trial.opens(); await socket.drops('at once'); for (;;) await socket.settles();";

it('ends a scenario that goes round in promises alone, and judges the others', {
  timeout: 180_000,
}, async () => {
  const { code, stdout, peakMb } = await judged(BARE);
  expect(stdout).toMatch(/mine\/endless@source\/V3 # SKIP .*keeps the event loop from turning/);
  expect(stdout).toMatch(/\nok \d+ - mine\/good@source\/V3\n/);
  expect(code).toBe(0);
  expect(peakMb).toBeLessThan(400);
});

it('lets the loop turn in verbs that have nothing to wait for', { timeout: 300_000 }, async () => {
  const { stdout, peakMb } = await judged(VERBS);
  expect(stdout).toContain('did not end within');
  expect(stdout).toMatch(/\nok \d+ - mine\/good@source\/V3\n/);
  expect(peakMb).toBeLessThan(400);
});
