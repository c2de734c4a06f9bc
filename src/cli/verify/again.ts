import type { Command } from 'commander';
import { ownName, quote } from '../own-name.js';

/** The command that runs `verify` again as it was run, but for the scenarios that it chose. */
export type Again = (seed: number) => string;

/** What chooses scenarios, says how to report, or is told by the key of one result. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['only', 'topic', 'role', 'version', 'jobs', 'quick', 'ssh', 'seed'],
  ...['list', 'schema', 'format', 'output', 'baseline'],
]);

/** Spells the options that were given, so that nobody has to put a command together from a report. */
export function againOf(command: Command, client: string | undefined): Again {
  const words = ['verify', ...(client === undefined ? [] : [client])];
  const isAttached = command.getOptionValue('attach') !== undefined;
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') continue;
    // One that somebody else starts speaks one version, which it cannot be told.
    if (LEFT_OUT.has(name) && !(isAttached && name === 'version')) continue;
    const value: unknown = command.getOptionValue(name);
    words.push(option.long!);
    if (typeof value !== 'boolean') words.push(...[value].flat().map(String));
  }
  return (seed) => [ownName(), ...[...words, '--seed', String(seed)].map(quote)].join(' ');
}
