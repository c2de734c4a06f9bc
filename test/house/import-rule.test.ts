import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

async function violations(dir: string, folders: string[]): Promise<string[]> {
  const args = [
    depcruise,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    '--no-progress',
    ...folders,
  ];
  const output = await run(process.execPath, args, { cwd: dir, maxBuffer: 1 << 24 }).then(
    (done) => done.stdout,
    (failed: { stdout: string; stderr: string }) => failed.stdout + failed.stderr,
  );
  if (output.includes('no dependency violations found')) return [];
  return [...output.matchAll(/error (\S+): (\S+) → (\S+)/g)].map(
    ([, rule, from, to]) => `${rule}: ${from} → ${to}`,
  );
}

describe('the import rule between floors (docs/design.md)', () => {
  it('holds for this tree', async () => {
    expect(await violations(root, ['src', 'scenarios', 'bench'])).toEqual([]);
  });

  describe('is broken by', () => {
    let dir: string;
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'testbed-floors-'));
      await cp(join(root, '.dependency-cruiser.cjs'), join(dir, '.dependency-cruiser.cjs'));
      await cp(join(root, 'tsconfig.json'), join(dir, 'tsconfig.json'));
      await writeFile(join(dir, 'package.json'), '{"type":"module"}');
      await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
      for (const room of ['protocol', 'mock-service', 'clients', 'scenario-runner', 'cli']) {
        await put(`src/${room}/index.ts`, 'export const here = 1;\n');
      }
    });
    afterEach(() => rm(dir, { recursive: true }));

    async function put(path: string, text: string): Promise<void> {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }

    it.each([
      ['a client that knows the service', 'src/clients/bad.ts', '../mock-service/index.js'],
      ['a service that knows a client', 'src/mock-service/bad.ts', '../clients/index.js'],
      ['an arrow that points up', 'src/mock-service/bad.ts', '../scenario-runner/index.js'],
      ['a recording that knows the scenario runner', 'src/recordings/bad.ts', '../scenario-runner/index.js'],
      ['the wire format that knows anybody', 'src/protocol/bad.ts', '../clients/index.js'],
      ['the wire format that needs Node', 'src/protocol/bad.ts', 'node:fs'],
    ])('%s', async (_name, file, target) => {
      await put(file, `import * as there from '${target}';\nexport const x = there;\n`);
      expect(await violations(dir, ['src'])).toHaveLength(1);
    });

    it('nothing in a tree that keeps it', async () => {
      await put(
        'src/cli/good.ts',
        "import * as there from '../clients/index.js';\nexport const x = there;\n",
      );
      expect(await violations(dir, ['src'])).toEqual([]);
    });
  });
});
