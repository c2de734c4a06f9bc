import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/** An empty project that has installed the packed tarball and its runtime dependencies, and nothing else. */
let project: string;
let packed: { filename: string; files: { path: string }[] };
let subpaths: string[];
/** The one subpath that runs protobufjs. */
const REFERENCE = 'tunnel-testbed/protocol/reference';

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'testbed-package-'));
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: root,
  });
  packed = (JSON.parse(stdout) as (typeof packed)[])[0]!;
  const target = join(project, 'node_modules', 'tunnel-testbed');
  await mkdir(target, { recursive: true });
  await run('tar', ['xzf', join(project, packed.filename), '-C', target, '--strip-components=1']);
  await linkRuntimeDependencies();
  await writeFile(join(project, 'package.json'), '{"name":"empty","type":"module"}');
  const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  subpaths = Object.keys(manifest.exports)
    // The vitest subpath needs vitest around it; test/vitest holds it.
    .filter((path) => !/\.(json|proto)$|vitest$/.test(path))
    .map((path) => path.replace(/^\./, 'tunnel-testbed'));
}, 120_000);

afterAll(() => rm(project, { recursive: true }));

/** What `npm install` would bring: only what the manifest declares for users, at every depth. */
async function linkRuntimeDependencies(): Promise<void> {
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root });
  for (const path of stdout.trim().split('\n').slice(1)) {
    const place = join(project, relative(root, path));
    if (place.slice(join(project, 'node_modules').length + 1).includes('node_modules')) continue;
    await mkdir(dirname(place), { recursive: true });
    await symlink(path, place);
  }
}

/** What a program prints that imports these subpaths and then says so. */
async function imported(paths: readonly string[]): Promise<string> {
  const program = paths.map((path) => `await import('${path}');`).join('\n');
  await writeFile(join(project, 'all.mjs'), `${program}\nconsole.log('imported');\n`);
  const { stdout } = await run(process.execPath, ['all.mjs'], { cwd: project });
  return stdout;
}

describe('the packed package', () => {
  it('runs its command', async () => {
    const bin = join(project, 'node_modules/tunnel-testbed/dist/src/cli/main.js');
    const { stdout } = await run(bin, ['--help'], { cwd: project });
    expect(stdout).toContain('serve');
  });

  it('gives every subpath to import', async () => {
    expect(await imported(subpaths.filter((path) => path !== REFERENCE))).toBe('imported\n');
  });

  it('needs protobufjs, an optional peer, for the reference codec alone', async () => {
    await expect(imported([REFERENCE])).rejects.toThrow("Cannot find package 'protobufjs'");
    await symlink(join(root, 'node_modules/protobufjs'), join(project, 'node_modules/protobufjs'));
    expect(await imported([REFERENCE])).toBe('imported\n');
  });

  it.each([
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])('gives types under moduleResolution %s', async (moduleResolution, module) => {
    const lines = subpaths.map(
      (path, i) => `import * as m${i} from '${path}';\nexport const k${i}: object = m${i};`,
    );
    await writeFile(join(project, 'all.ts'), lines.join('\n'));
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: 'es2023',
          lib: ['es2023', 'esnext.disposable'],
          module,
          moduleResolution,
          skipLibCheck: true,
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
        },
        files: ['all.ts'],
      }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const outcome = await run(process.execPath, [tsc, '-p', '.'], { cwd: project }).then(
      () => '',
      (failed: { stdout: string }) => failed.stdout,
    );
    expect(outcome).toBe('');
  });

  it('brings what is needed and nothing else', async () => {
    const paths = packed.files.map((file) => file.path);
    expect(paths).toContain('LICENSE');
    expect(paths).toContain('proto/tunnel.proto');
    expect(paths).toContain('vectors/frames.bin');
    expect(paths).toContain('docs/verify.md');
    expect(paths).toContain('examples/device.sh');
    expect(
      paths.filter(
        (path) =>
          !/^(dist|proto|vectors|docs|examples)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
    expect(
      paths.filter((path) =>
        /^dist\/(.*\/)?(test|mutants)\/|^dist\/.*\.test\.|\.tsbuildinfo$|\.built$/.test(path),
      ),
    ).toEqual([]);
    await access(
      join(project, 'node_modules/tunnel-testbed/dist/src/protocol/reference/generated/message.js'),
    );
  });
});
