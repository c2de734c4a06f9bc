import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

async function violations(dir: string, folders: string[]): Promise<Violation[]> {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '--no-progress', ...folders];
  const { stdout } = await run(process.execPath, [depcruise, ...args], {
    cwd: dir,
    maxBuffer: 1 << 26,
  }).catch((failed: { stdout: string; stderr: string }) => failed);
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

/** The rooms of the service, from the lowest floor up, as docs/design.md lists them. */
function serviceFloors(): string[][] {
  const page = readFileSync(join(root, 'docs/design.md'), 'utf8');
  const section = page.slice(page.indexOf('### Floors of the service'));
  const rows = [...section.matchAll(/^\| \d+ \| (.*?) \|/gm)];
  return rows.map(([, rooms]) => [...rooms!.matchAll(/`([a-z-]+)\/`/g)].map(([, room]) => room!));
}

describe('the import rule of the house (docs/design.md)', () => {
  it('holds for this tree', async () => {
    expect(await violations(root, ['src', 'scenarios', 'bench'])).toEqual([]);
  });

  it('knows every room of the service, and each has a door', async () => {
    const folders = await readdir(join(root, 'src/mock-service'), { withFileTypes: true });
    const rooms = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(serviceFloors().flat().sort()).toEqual(rooms.sort());
    for (const room of rooms)
      expect(await readdir(join(root, 'src/mock-service', room))).toContain('index.ts');
  });

  describe('is broken by', () => {
    const floors = serviceFloors();
    /** A file that breaks a rule: what it shows, its path, what it imports, and the rule. */
    const planted: [what: string, path: string, imports: string, rule: string][] = [
      [
        'a client that knows the service',
        'src/clients/bad',
        '../mock-service',
        'clients-imports-only-protocol',
      ],
      [
        'a service that knows a client',
        'src/mock-service/bad-1',
        '../clients',
        'mock-service-imports-only-protocol',
      ],
      [
        'an arrow that points up',
        'src/mock-service/bad-2',
        '../recordings',
        'mock-service-imports-only-protocol',
      ],
      [
        'the wire format that knows anybody',
        'src/protocol/bad-1',
        '../clients',
        'protocol-imports-nothing-of-ours',
      ],
      ['the wire format that needs Node', 'src/protocol/bad-2', 'node:fs', 'protocol-runs-in-a-browser'],
      ['a fixture that knows the command line', 'src/vitest/bad', '../cli', 'vitest-imports-floors-1-to-3'],
      [
        'a suite that knows the command line',
        'scenarios/bad',
        '../src/cli',
        'scenarios-import-the-runner-and-below',
      ],
      ['a command that needs tests', 'src/cli/bad', '../../test', 'cli-imports-nothing-of-tests'],
      ...['scenario-runner', 'recordings', 'ui', 'load', 'testcontainers'].map(
        (room, i, all): [string, string, string, string] => {
          const other = all[(i + 1) % all.length]!;
          return [
            `${room} that knows ${other}`,
            `src/${room}/bad`,
            `../${other}`,
            `${room}-imports-floors-1-and-2`,
          ];
        },
      ),
      ...floors.flatMap((floor, height) =>
        floor.map((room): [string, string, string, string] => {
          const notBelow = [...floors.slice(height).flat(), '..'].find((other) => other !== room)!;
          const rule = `service-${room}-imports-only-lower-floors`;
          const target = notBelow === '..' ? '..' : `../${notBelow}`;
          return [
            `the service's ${room} that knows ${notBelow}`,
            `src/mock-service/${room}/bad`,
            target,
            rule,
          ];
        }),
      ),
    ];
    const houses = [...new Set([...planted.map(([, path]) => dirname(path)), 'test'])];
    const rooms = houses.filter((house) => house.startsWith('src/'));

    let dir: string;
    let found: Violation[];
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'testbed-floors-'));
      await cp(join(root, '.dependency-cruiser.cjs'), join(dir, '.dependency-cruiser.cjs'));
      await cp(join(root, 'tsconfig.json'), join(dir, 'tsconfig.json'));
      await writeFile(join(dir, 'package.json'), '{"type":"module"}');
      await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
      for (const house of houses) await put(`${house}/index`);
      for (const [, path, imports] of planted) {
        await put(path, imports.startsWith('.') ? `${imports}/index.js` : imports);
      }
      for (const room of rooms) {
        await put(`${room}/inside`);
        await put(`bench/past-${room.replaceAll('/', '-')}`, `../${room}/inside.js`);
        await put(`bench/through-${room.replaceAll('/', '-')}`, `../${room}/index.js`);
      }
      await put('src/clients/one', './other.js');
      await put('src/clients/other', './one.js', 'type');
      found = await violations(dir, ['src', 'scenarios', 'bench']);
    });
    afterAll(() => rm(dir, { recursive: true }));

    async function put(path: string, imports?: string, kind = ''): Promise<void> {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      const text =
        imports === undefined
          ? 'export const here = 1;\n'
          : `import ${kind} * as there from '${imports}';\nexport let x: typeof there;\n`;
      await writeFile(join(dir, `${path}.ts`), text);
    }

    it.each(planted)('%s', (_what, path, _imports, rule) => {
      expect(found.filter(({ from }) => from === `${path}.ts`).map((each) => each.rule)).toEqual([rule]);
    });

    it.each(rooms)('whoever goes past the door of %s', (room) => {
      const past = found.filter(({ from }) => from === `bench/past-${room.replaceAll('/', '-')}.ts`);
      expect(past.map(({ rule }) => rule)).toContain(`door-of-${room.slice(4).replaceAll('/', '-')}`);
    });

    it('two files that import each other, though one takes only types', () => {
      const circle = found.filter(({ rule }) => rule === 'no-circles').map(({ from }) => from);
      expect(circle).toContain('src/clients/one.ts');
    });

    it('nothing else, and no rule is left that nobody was seen to break', () => {
      const guilty = /\/(bad(-\d)?|past-[a-z-]+|one|other)\.ts$/;
      expect(found.filter(({ from }) => !guilty.test(from))).toEqual([]);
      const config = createRequire(join(dir, 'x.js'))('./.dependency-cruiser.cjs') as {
        forbidden: { name: string }[];
      };
      const broken = new Set(found.map(({ rule }) => rule));
      expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
    });
  });
});
