import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { VECTORS_DIR } from '../support/vectors.js';

const fresh = mkdtempSync(join(tmpdir(), 'testbed-vectors-'));
afterAll(() => rmSync(fresh, { recursive: true }));

it('the files are what the script makes from the schema', () => {
  execFileSync(process.execPath, ['scripts/generate-vectors.mjs', fresh], { timeout: 30_000 });
  expect(readdirSync(VECTORS_DIR).sort()).toEqual(readdirSync(fresh).sort());
  for (const name of readdirSync(fresh)) {
    const same = readFileSync(join(fresh, name)).equals(readFileSync(join(VECTORS_DIR, name)));
    expect({ name, same }).toEqual({ name, same: true });
  }
});

it('the folder stays under 2 MB', () => {
  const sizes = readdirSync(VECTORS_DIR).map((name) => statSync(join(VECTORS_DIR, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
});
