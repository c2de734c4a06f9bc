// Writes docs/errors.md from the places where the error codes are declared. Prints to standard output with `--print`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLIENT_ERRORS } from '../src/clients/errors.js';
import { ADMIN_ERRORS } from '../src/mock-service/admin/errors.js';

const root = fileURLToPath(new URL('..', import.meta.url));

type Row = readonly [code: string, meaning: string];

/** The members of a union of codes, each with the comment that stands before it. */
function documented(path: string): Row[] {
  const source = readFileSync(join(root, path), 'utf8');
  const rows = [...source.matchAll(/\/\*\* ([^*]+) \*\/\s*\| '([A-Z0-9_]+)'/g)];
  return rows.map(([, meaning, code]) => [code!, meaning!.replace(/\s+/g, ' ')]);
}

function table(title: string, text: string, rows: readonly Row[]): string {
  const lines = rows.map(([code, meaning]) => `| \`${code}\` | ${meaning.replaceAll('|', '\\|')} |`);
  return `## ${title}\n\n${text}\n\n| code | what happened, and what to do |\n|---|---|\n${lines.join('\n')}\n`;
}

const page = `# Errors

Generated from the code by \`npm run generate\`; do not edit. Codes are stable: programs may match on \`error.code\`. A message
says what happened, with the offending value, and what to do; none holds a token. A broken rule of the protocol carries the
rule's id ([rules.md](rules.md)).

The command line prints one line and ends with 0 (done), 1 (failed) or 2 (wrong usage); \`-v 6\` adds the stack.

${[
  table(
    'The wire format',
    '`ProtocolError`, with the `offset` in the message.',
    documented('src/protocol/errors.ts'),
  ),
  table('The service', '`ServiceError`.', documented('src/mock-service/kit/errors.ts')),
  table('Faults', '`FaultError`.', documented('src/mock-service/faults/errors.ts')),
  table('Captures', '`CaptureError`.', documented('src/recordings/errors.ts')),
  table(
    'The admin API',
    'In the body, with the status given.',
    Object.entries(ADMIN_ERRORS).map(([code, [status, meaning]]) => [code, `${status}: ${meaning}`]),
  ),
  table('The clients', '`ClientError`.', Object.entries(CLIENT_ERRORS)),
].join('\n')}`;

if (process.argv.includes('--print')) process.stdout.write(page);
else writeFileSync(join(root, 'docs/errors.md'), page);
