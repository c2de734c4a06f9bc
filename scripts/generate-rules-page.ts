// Writes docs/rules.md: every rule, whom it binds, the code that keeps or judges it, and its tests and scenarios.
// Prints to standard output with `--print`, so that a test can compare.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES, type Rule } from '../src/protocol/index.js';
import type { Holder } from './pages/held-by.js';
import { holdersOf, missingHolders, ROOMS, scenariosOf, testsOf } from './pages/rule-holders.js';
import { ROOT } from './pages/sources.js';

const JUDGED_AT: Readonly<Record<Rule['judgedAt'], string>> = {
  handshake: 'in the handshake',
  websocket: 'in the WebSocket layer',
  message: 'in a message',
  lifecycle: "in the tunnel's life",
  client: 'only inside a client',
};

/** One a line: they render as one paragraph, and a change touches one line. */
const NEXT = ',\n  ';

function links(paths: readonly string[], strip: RegExp): string {
  return paths.map((path) => `[${path.replace(strip, '')}](../${path})`).join(NEXT);
}

/** One link a file, with the names of what it declares. */
function holderLinks(holders: readonly Holder[]): string {
  const files = new Map<string, string[]>();
  for (const { name, path } of holders) {
    const names = files.get(path) ?? [];
    files.set(path, name === undefined ? names : [...names, `\`${name}\``]);
  }
  const entries = [...files].map(([path, names]) => {
    const link = `[${path.replace(/^src\/[^/]+\//, '')}](../${path})`;
    return names.length === 0 ? link : `${names.join(', ')} in ${link}`;
  });
  return entries.join(NEXT);
}

function block(rule: Rule): string {
  const { id, binds, force, from, formats, text, source, judgedAt } = rule;
  const applies = formats.length === 3 ? 'all formats' : formats.join(', ');
  const missing = missingHolders(rule);
  const held: [string, string][] = [
    ...ROOMS.map(({ name }): [string, string] => [`held by the ${name}`, holderLinks(holdersOf(name, id))]),
    ['held by nobody in', missing.join(', ')],
    ['scenarios', links(scenariosOf(id), /^scenarios\/|\.ts$/g)],
    ['tests', links(testsOf(id), /^test\/|\.test\.ts$/g)],
  ];
  const lines = held.filter(([, what]) => what !== '').map(([title, what]) => `- ${title}: ${what}`);
  return `### ${id}

<a id="${id}"></a>${text} [More](protocol.md#${id})

${binds.join(', ')} · ${force.join(', ')} · ${from.join(', ')} · ${applies} · a violation shows ${JUDGED_AT[judgedAt]}

- clause: ${source}
${lines.join('\n')}
`;
}

const TITLES: Readonly<Record<string, string>> = {
  H: 'The handshake',
  W: 'The WebSocket layer',
  M: 'Frames and messages',
  S: 'Streams and connections',
  X: 'Mixed versions',
};

const sections = Object.entries(TITLES).map(([letter, title]) => {
  const rules = RULES.filter(({ id }) => id.startsWith(letter));
  return `## ${title}\n\n${rules.map(block).join('\n')}`;
});

const page = `# The rules, with their code and tests

\`npm run generate\` makes this page from \`src/protocol/rules\`, the code, the tests and the scenarios. Do not edit it.
[protocol.md](protocol.md) explains each rule, and the words in the line below it.

**Held by** lists the code that keeps or judges a rule: the functions, methods and constants that have the rule's id in a comment
or as a value. Only scenarios can judge what happens inside a client.

${Object.keys(TITLES)
  .map((letter) =>
    RULES.filter(({ id }) => id.startsWith(letter))
      .map(({ id }) => `[${id}](#${id})`)
      .join(' · '),
  )
  .join('\\\n')}

${sections.join('\n')}`;

if (process.argv.includes('--print')) process.stdout.write(page);
else writeFileSync(join(ROOT, 'docs/rules.md'), page);
