import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

it('the committed reference codec is what the script generates from the schema', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'testbed-reference-'));
  try {
    await promisify(execFile)(process.execPath, [join(root, 'scripts/generate-reference.mjs'), dir]);
    for (const file of ['message.js', 'message.d.ts']) {
      const committed = await readFile(join(root, 'src/protocol/reference/generated', file), 'utf8');
      expect(committed).toBe(await readFile(join(dir, file), 'utf8'));
    }
  } finally {
    await rm(dir, { recursive: true });
  }
});
