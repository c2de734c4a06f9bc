import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benches } from '../../bench/benches.js';
import type { CaseResult } from '../../bench/harness/run.js';

const MAIN = 'dist/bench/main.js';
const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-smoke-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface Report {
  readonly machine: { readonly cores: number };
  readonly benches: readonly { readonly name: string; readonly cases: readonly CaseResult[] }[];
}

async function bench(...args: string[]): Promise<Report> {
  const file = join(dir, 'report.json');
  await run(process.execPath, [MAIN, ...args, '--json', file], { timeout: 150_000 });
  return JSON.parse(await readFile(file, 'utf8')) as Report;
}

/** Benches whose cases differ in numbers alone: one of them shows that all run. */
const ALIKE = new Set(['relay']);

/** Enough to see that it runs: fractions of a second a sample. */
describe.each(benches)('bench $name', ({ name, cases: all }) => {
  it('runs and measures finite numbers', { timeout: 180_000 }, async () => {
    const cases = ALIKE.has(name) ? all.slice(0, 1) : all;
    const filter = ALIKE.has(name) ? ['--case', all[0]!.name] : [];
    const report = await bench(name, '--rounds', '1', '--scale', '0.002', ...filter);
    expect(report.machine.cores).toBeGreaterThan(0);
    expect(report.benches.map((result) => result.name)).toEqual([name]);
    const results = report.benches[0]!.cases;
    expect(results.map((result) => result.name)).toEqual(cases.map((benchCase) => benchCase.name));
    for (const { contenders, comparisons } of results) {
      const figures = Object.values(contenders).flatMap((metrics) => Object.values(metrics));
      expect(figures.length).toBeGreaterThan(0);
      for (const { median } of figures) expect(Number.isFinite(median)).toBe(true);
      for (const { ratio } of comparisons) expect(ratio.median).not.toBeNaN();
    }
  });
});

describe('the command line', () => {
  const failing = async (...args: string[]) => {
    const error = await run(process.execPath, [MAIN, ...args], { timeout: 30_000 }).catch(
      (it: unknown) => it,
    );
    return error as { code: number; stderr: string };
  };

  it('lists the benches', async () => {
    const { stdout } = await run(process.execPath, [MAIN, '--list'], { timeout: 30_000 });
    for (const { name } of benches) expect(stdout).toContain(name);
  });

  it('names a bench that does not exist, and those that do', async () => {
    expect(await failing('speed')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/"speed".*codec/),
    });
  });

  it('refuses a count that is none', async () => {
    expect(await failing('codec', '--rounds', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--rounds "x"'),
    });
  });
});
