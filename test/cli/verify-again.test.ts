import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Progress } from '../../src/cli/verify/progress.js';
import { type ScenarioResult, scenario } from '../../src/scenario-runner/index.js';
import { run, runCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

const CLIENTS = new URL('../scenario-runner/clients/', import.meta.url);

describe('verify', () => {
  it('says how to run what failed alone: the same client file, options and seed, ready to be pasted', async () => {
    using folder = temporaryFolder();
    for (const name of ['naive-source.yaml', 'naive_source.py'])
      copyFileSync(fileURLToPath(new URL(name, CLIENTS)), folder.file(name));
    const args = ['--only', 'streams/stale-data-dropped', '--version', 'V2', '--patience', '9000'];
    const first = await runCli(['verify', 'naive-source.yaml', ...args], { cwd: folder.path });
    expect(first.code).toBe(1);
    const [, command] = /run it alone: (.*)/.exec(first.stdout) ?? [];
    expect(command).toMatch(
      /verify naive-source\.yaml --patience 9000 --seed \d+ --only 'streams\/stale-data-dropped@source\/V2'$/,
    );
    const second = await run('sh', ['-c', command!], { cwd: folder.path });
    expect(second.code).toBe(1);
    const told = (stdout: string) => /^(FAIL|WARN) .*$/gm.exec(stdout)?.[0];
    expect(told(second.stdout)).toBe(told(first.stdout));
    const seed = (stdout: string) => /seed \d+/.exec(stdout)?.[0];
    expect(seed(second.stdout)).toBe(seed(first.stdout));
  }, 120_000);
});

describe('progress without a terminal', () => {
  const any = scenario({
    id: 'any/one',
    title: '',
    rules: ['S3'],
    role: 'source',
    why: '',
    run: async () => {},
  });
  const nothing = { transcript: [], output: '', exit: '', command: '', durationMs: 0 } as const;
  const result: ScenarioResult = {
    ...{ key: 'any/one@source/V3', scenario: any, role: 'source', version: 'V3' },
    ...{ verdict: 'pass', defects: [], ...nothing },
  };

  it('is a line every now and then, whether or not something was judged meanwhile', async () => {
    const lines: string[] = [];
    let onThree: () => void = () => {};
    const three = new Promise<void>((resolve) => {
      onThree = resolve;
    });
    using progress = new Progress({
      isTerminal: false,
      everyMs: 1,
      write: (text) => {
        lines.push(text);
        if (lines.length === 3) onThree();
      },
    });
    progress.onResult(result, 1, 9);
    await three;
    expect(lines.slice(0, 3)).toEqual(Array(3).fill('0 s: 1/9, 0 not passed, last any/one@source/V3\n'));
  });

  it('tells at once what is not good', () => {
    const lines: string[] = [];
    using progress = new Progress({ isTerminal: false, write: (text) => lines.push(text) });
    progress.onResult({ ...result, verdict: 'error', reason: 'it \x1b[31mthrew' }, 2, 9);
    expect(lines).toEqual(['2/9 error any/one@source/V3: it \\x1b[31mthrew\n']);
  });
});
