// Writes docs/rules.md: every rule, whom it binds, where it is judged, and which tests and scenarios hold it.
// Prints to standard output with `--print`, so that a test can compare.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES, type Rule } from '../src/protocol/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesIn(folder: string, ending: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));
}

/** Titles of tests and of groups of tests: the strings that describe, it and their tables are given. */
function titlesOf(source: Source): string {
  return [...source.text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)].map((match) => match[2]).join('\n');
}

const tests = sourcesIn('test', '.test.ts').map((source) => ({ path: source.path, text: titlesOf(source) }));
const scenarios = sourcesIn('scenarios', '.ts').filter(({ text }) => /^export default /m.test(text));

function naming(sources: readonly Source[], { id }: Rule): string[] {
  return sources
    .filter(({ text }) => new RegExp(`(^|[^A-Za-z0-9])${id}([^0-9]|$)`, 'm').test(text))
    .map(({ path }) => path);
}

function links(paths: readonly string[], strip: RegExp): string {
  return paths.map((path) => `[${path.replace(strip, '')}](../${path})`).join(', ');
}

function row(rule: Rule): string {
  const held = [
    links(naming(tests, rule), /^test\/|\.test\.ts$/g),
    links(
      scenarios
        .filter(({ text }) => new RegExp(`rules: \\[[^\\]]*'${rule.id}'`).test(text))
        .map(({ path }) => path),
      /^scenarios\/|\.ts$/g,
    ),
  ];
  const cells = [
    rule.id,
    rule.binds.join(', '),
    rule.force.join(', '),
    rule.from.join(', '),
    rule.formats.length === 3 ? 'all' : rule.formats.join(', '),
    rule.text.replaceAll('|', '\\|'),
    rule.judgedAt,
    held[0] ?? '',
    held[1] ?? '',
  ];
  return `| ${cells.join(' | ')} |`;
}

const page = `# The rules

Generated from \`src/protocol/rules\`, the tests and the scenarios by \`npm run generate\`; do not edit.

- **binds**: src (source client), dst (destination client), cli (both), svc (the service).
- **from**: the public guides, AWS documentation, observation, RFC 6455, or this project's own choice, which is an option and
  never a reason to fail a client.
- **judged at**: where the service sees a breach: in the handshake, the WebSocket layer, a message, the tunnel's life; what
  happens inside a client only the scenarios can judge.

| id | binds | force | from | formats | rule | judged at | tests | scenarios |
|---|---|---|---|---|---|---|---|---|
${RULES.map(row).join('\n')}
`;

if (process.argv.includes('--print')) process.stdout.write(page);
else writeFileSync(join(root, 'docs/rules.md'), page);
