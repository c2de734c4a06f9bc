// Writes docs/errors.md from the places where the error codes are declared, wherever they lie. Prints to standard output
// with `--print`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_ERRORS } from '../src/clients/index.js';
import { ADMIN_ERRORS } from '../src/mock-service/admin/index.js';
import { isRuleId } from '../src/protocol/index.js';
import { ROOT, sourcesIn } from './pages/sources.js';

const sources = sourcesIn('src', /\.ts$/);

type Row = readonly [code: string, meaning: string];

/** The file that declares a name. */
function fileOf(declaration: RegExp): { path: string; text: string } {
  const found = sources.filter(({ text }) => declaration.test(text));
  if (found.length !== 1) throw new Error(`${declaration} is declared in ${found.length} files; 1 is needed`);
  return found[0]!;
}

/** The members of a union of codes, each with the comment that stands before it. */
function documented(union: string): Row[] {
  const { text } = fileOf(new RegExp(`^export type ${union} =`, 'm'));
  const members = text.slice(text.indexOf(`export type ${union} =`)).split(/;$/m)[0]!;
  const rows = [...members.matchAll(/\/\*\* ([^*]+) \*\/\s*\| '([A-Z0-9_]+)'/g)];
  if (rows.length === 0) throw new Error(`The members of ${union} have no comments`);
  return rows.map(([, meaning, code]) => [code!, meaning!.replace(/\s+/g, ' ')]);
}

/** Error classes with one code each, and the comment that stands before them. */
function classesWithCode(room: string): Row[] {
  const whole =
    /\/\*\* ([^*]+?)(?: `code` is stable\.)? \*\/\s*export class \w+ extends Error \{[^}]*?readonly code = '(\w+)'/g;
  const found = sources.filter(({ path }) => path.startsWith(room));
  return found.flatMap(({ text }) =>
    [...text.matchAll(whole)].map(([, meaning, code]): Row => [code!, meaning!]),
  );
}

/** A meaning as a sentence, in which the ids of rules lead to them. */
function sentence(meaning: string): string {
  const text = `${meaning[0]!.toUpperCase()}${meaning.slice(1)}`.replaceAll('|', '\\|');
  const linked = text.replace(/\b[HWMSX]\d+\b/g, (id) => (isRuleId(id) ? `[${id}](protocol.md#${id})` : id));
  return /[.!]$/.test(linked) ? linked : `${linked}.`;
}

function table(title: string, text: string, rows: readonly Row[]): string {
  const lines = rows.map(([code, meaning]) => `| \`${code}\` | ${sentence(meaning)} |`);
  return `## ${title}\n\n${text}\n\n| code | what happened, and what to do |\n|---|---|\n${lines.join('\n')}\n`;
}

const page = `# Errors

\`npm run generate\` makes this page from the code. Do not edit it. Codes are stable: a program may compare \`error.code\`. A message
says what happened, with the offending value, and what to do. No message contains a token. An error about a broken rule of the
protocol contains the rule's id ([rules.md](rules.md)).

The command line prints one line and ends with 0 (done), 1 (failed) or 2 (wrong usage). \`-v 6\` also prints the stack.

${[
  table(
    'The wire format',
    '`ProtocolError`, with the `offset` in the message.',
    documented('ProtocolErrorCode'),
  ),
  table('The service', '`ServiceError`.', documented('ServiceErrorCode')),
  table('Faults', '`FaultError`.', documented('FaultErrorCode')),
  table('Captures', '`CaptureError`.', documented('CaptureErrorCode')),
  table(
    'The admin API',
    'The code is in the body of the answer. The table also gives the status.',
    Object.entries(ADMIN_ERRORS).map(([code, [status, meaning]]) => [code, `${status}: ${meaning}`]),
  ),
  table('The clients', '`ClientError`.', Object.entries(CLIENT_ERRORS)),
  table('The scenario runner', 'Each code has its own class.', classesWithCode('src/scenario-runner/')),
].join('\n')}`;

if (process.argv.includes('--print')) process.stdout.write(page);
else writeFileSync(join(ROOT, 'docs/errors.md'), page);
