import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chunkings } from '../support/vectors.js';

const example = /```python\n(.*?)```/s.exec(readFileSync('docs/vectors.md', 'utf8'))?.[1] ?? '';
const hasPython = spawnSync('python3', ['--version'], { timeout: 10_000 }).status === 0;

it.skipIf(!hasPython)(
  'the Python example of docs/vectors.md runs (needs python3: apt install python3)',
  () => {
    const output = execFileSync('python3', ['-c', example], { encoding: 'utf8', timeout: 30_000 });
    expect(output).toBe(`${chunkings.length} chunkings read\n`);
  },
);
