import { basename } from 'node:path';

/** The command that calls this program from a shell. */
export function ownName(): string {
  const script = process.argv[1] ?? '';
  if (script.endsWith('.js')) return `node ${quote(script)}`;
  return process.env.npm_command === 'exec' ? 'npx tunnel-testbed' : basename(script);
}

/** Quotes a word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
