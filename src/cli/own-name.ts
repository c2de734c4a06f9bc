import { basename } from 'node:path';

/** How to call this program again from a shell, in any folder. */
export function ownName(): string {
  const script = process.argv[1] ?? '';
  if (script.endsWith('.js')) return `node ${quote(script)}`;
  return process.env.npm_command === 'exec' ? 'npx tunnel-testbed' : basename(script);
}

/** A word as a POSIX shell reads it back. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
