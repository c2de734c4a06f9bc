import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import tsconfig from '../../tsconfig.json' with { type: 'json' };
import { run } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';

const root = new URL('../..', import.meta.url).pathname;

interface Subpath {
  readonly name: string;
  readonly index: string;
  readonly page: string;
  readonly example: string;
}

/** What scenarios are written with has a page of its own; the runner's page need not repeat it. */
const VOCABULARY = './scenarios';

function sourceOf(built: string): string {
  return built.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');
}

const SUBPATHS: readonly Subpath[] = Object.entries(manifest.exports).flatMap(([subpath, target]) => {
  if (typeof target === 'string') return [];
  const name = subpath.slice(2);
  const file = name.replaceAll('/', '-');
  const index = sourceOf(target.default);
  const example = `examples/api/${file}${name === 'vitest' ? '.test' : ''}.mjs`;
  return [{ name, index, page: `docs/api/${file}.md`, example }];
});

const { options } = ts.convertCompilerOptionsFromJson(tsconfig.compilerOptions, root);
const vocabulary = sourceOf(manifest.exports[VOCABULARY].default);
const program = ts.createProgram(
  [vocabulary, ...SUBPATHS.map(({ index }) => index)].map((index) => join(root, index)),
  { ...options, noEmit: true },
);

function exportsOf(index: string): string[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, index))!)!;
  return checker.getExportsOfModule(module).map(({ name }) => name);
}

const inVocabulary = new Set(exportsOf(vocabulary));

describe.each(SUBPATHS)('the page of tunnel-testbed/$name', ({ name, index, page, example }) => {
  const text = existsSync(join(root, page)) ? readFileSync(join(root, page), 'utf8') : '';

  it('names every export', () => {
    const exported = exportsOf(index).filter((each) => index === vocabulary || !inVocabulary.has(each));
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((each) => !new RegExp(`\\b${each}\\b`).test(text))).toEqual([]);
  });

  it('shows its example as it is, and has a section about errors', async () => {
    expect(text).toContain(`# \`tunnel-testbed/${name}\``);
    expect(text).toContain(`\n\`\`\`js\n${await readFile(join(root, example), 'utf8')}\`\`\`\n`);
    expect(text).toContain('\n## Errors\n');
  });
});

const PROGRAMS = SUBPATHS.filter(({ name }) => name !== 'vitest');

describe.each(PROGRAMS)('the example of tunnel-testbed/$name', ({ page, example }) => {
  it('runs and prints what the page says', async () => {
    const text = await readFile(join(root, page), 'utf8');
    const printed = /^It prints\n\n```text\n([\s\S]*?)```$/m.exec(text)?.[1];
    const { code, stdout, stderr } = await run(process.execPath, [example], { cwd: root, ms: 60_000 });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: printed, stderr: '' });
  });
});

it('the example of tunnel-testbed/vitest passes', async () => {
  using folder = temporaryFolder();
  const config = folder.file('vitest.config.mjs');
  await writeFile(config, "export default { test: { include: ['*.test.mjs'] } };");
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', config, '--root', join(root, 'examples/api')];
  const { code, stdout } = await run(process.execPath, args, { cwd: root, ms: 60_000 });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/Tests .*\d passed/)]);
});
