import type { Rule, RuleId } from '../../src/protocol/index.js';
import { type Holder, holdersIn } from './held-by.js';
import { sourcesIn } from './sources.js';

/** The rooms that keep or judge rules. The scenario runner judges only: what its comments name, others keep. */
export const ROOMS = [
  { name: 'wire format', folder: 'src/protocol', hows: ['keeps'] },
  { name: 'service', folder: 'src/mock-service', hows: ['keeps', 'judges'] },
  { name: 'clients', folder: 'src/clients', hows: ['keeps', 'judges'] },
  { name: 'scenario runner', folder: 'src/scenario-runner', hows: ['judges'] },
] as const;

export type Room = (typeof ROOMS)[number]['name'];

const holders = new Map<Room, Holder[]>(
  ROOMS.map(({ name, folder, hows }) => {
    const found = sourcesIn(folder, /\.ts$/).flatMap(holdersIn);
    return [name, found.filter(({ how }) => (hows as readonly string[]).includes(how))];
  }),
);

/** The code of a room that names a rule. */
export function holdersOf(room: Room, rule: RuleId): Holder[] {
  return holders.get(room)!.filter((holder) => holder.rule === rule);
}

const scenarios = sourcesIn('scenarios', /\.ts$/).filter(({ text }) => /^export default /m.test(text));

/** The scenario files that judge a rule. */
export function scenariosOf(rule: RuleId): string[] {
  const lists = new RegExp(`rules: \\[[^\\]]*'${rule}'`);
  return scenarios.filter(({ text }) => lists.test(text)).map(({ path }) => path);
}

/** Titles of tests and of groups of tests: the strings that describe, it and their tables are given. */
function titlesOf(text: string): string {
  return [...text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)].map((match) => match[2]).join('\n');
}

const tests = sourcesIn('test', /\.test\.ts$/).map(({ path, text }) => ({ path, text: titlesOf(text) }));

/** The test files with a title that names a rule. */
export function testsOf(rule: RuleId): string[] {
  const names = new RegExp(`(^|[^A-Za-z0-9])${rule}([^0-9]|$)`, 'm');
  return tests.filter(({ text }) => names.test(text)).map(({ path }) => path);
}

/**
 * What should hold a rule and does not: the service for what it keeps or judges, the clients (or the wire format under
 * them) for what binds them, and a scenario or the runner for what only they can judge.
 */
export function missingHolders({ id, binds, judgedAt }: Rule): string[] {
  const bindsClients = binds.some((whom) => whom !== 'svc');
  const missing: string[] = [];
  if (judgedAt !== 'client' && holdersOf('service', id).length === 0) missing.push('the service');
  if (bindsClients && holdersOf('clients', id).length + holdersOf('wire format', id).length === 0) {
    missing.push('the clients');
  }
  if (bindsClients && holdersOf('scenario runner', id).length + scenariosOf(id).length === 0) {
    missing.push('the scenarios');
  }
  return missing;
}
