import { ruleById } from '../../src/protocol/index.js';
import type { Scenario } from '../../src/scenario-runner/index.js';
import { LAZY_CLIENTS } from '../lazy-clients/lazy-client.js';
import { RIGHT_PASSES } from '../lazy-clients/passes.js';
import { MOST_OTHERS, type Record } from './defects.js';
import { type Cell, kills } from './judge-mutants.js';
import type { Mutant } from './mutant.js';
import { MUTANT_SERVICES } from './services/index.js';

const MOST_NAMED = 4;

/** The page on the mutants, from the cells that count of a run. */
export function mutantsPage(
  mutants: readonly Mutant[],
  scenarios: readonly Scenario[],
  cells: readonly Cell[],
  record: Record,
): string {
  return [
    '# Mutants',
    '',
    '<!-- Generated: UPDATE_MUTANTS=1 npx vitest run test/scenarios/mutants.test.ts -->',
    '',
    `The scenarios are themselves tested with mutants. A mutant is a client with one fault. There are ${mutants.length} of them.`,
    'A mutant consists of a proxy of this package and a relay that changes the bytes on the wire. So the proxy itself is',
    'not changed. Every mutant is caught by a scenario of the rules that it breaks, and every scenario catches a mutant.',
    'If the relay changes nothing, the client passes all scenarios. Some rows say that a public client has the same fault.',
    'That was seen in that client.',
    '',
    '`npx vitest run test/scenarios/mutants.test.ts` runs scenarios until every mutant is caught and every scenario has',
    'caught one. With `MUTANTS=everything` it runs every scenario against every mutant in every version.',
    '',
    '## Mutants, and what catches them',
    '',
    '| mutant | what it does wrong | breaks | in | caught by |',
    '|---|---|---|---|---|',
    ...mutants.map((mutant) => mutantRow(mutant, cells)),
    '',
    reportSection(mutants, record),
    '## Scenarios, and what they catch',
    '',
    '| scenario | judges | catches |',
    '|---|---|---|',
    ...scenarios.map((scenario) => scenarioRow(scenario, cells)),
    '',
    servicesSection(),
    lazySection(),
  ].join('\n');
}

/** Services that break one thing, and the scenarios that catch them (`test/scenarios/mutant-services.test.ts`). */
export function servicesSection(): string {
  return [
    '## Mutant services',
    '',
    `${MUTANT_SERVICES.length} services each break one thing: ours, with a man in the middle before it. Each is caught by the scenarios`,
    'named (`test/scenarios/mutant-services.test.ts`), and the same man in the middle editing nothing passes all.',
    '',
    '| mutant | what it does wrong | breaks | caught by |',
    '|---|---|---|---|',
    ...MUTANT_SERVICES.map(
      ({ id, breaks, rules, caughtBy }) =>
        `| \`${id}\` | ${breaks} | ${rules.join(', ')} | ${caughtBy.map((each) => `\`${each}\``).join(', ')} |`,
    ),
    '',
  ].join('\n');
}

/** What the report of a whole quick suite says of each mutant. */
export function reportSection(mutants: readonly Mutant[], { on, mutants: told }: Record): string {
  const known = mutants.filter(({ id }) => told[id] !== undefined);
  return [
    '## What the report says of each',
    '',
    'This table shows what the whole quick suite reports about a mutant, in its first version. Its own defect is the first line',
    `of the report, and at most ${MOST_OTHERS} others stand alone. Others may follow from these. \`npm run mutants\` runs the mutants and`,
    'records the result in `test/mutants/defects.json`; all of them take about half an hour on two quiet processors.',
    '`test/scenarios/mutant-reports.test.ts` checks the record. With `MUTANTS_DRAWN=3` it also runs three recorded mutants again,',
    'drawn by a seed that it prints.',
    '',
    `Last run: ${on}, ${known.length} of ${mutants.length} mutants.`,
    '',
    '| mutant | first line of the report | others that stand alone | more that may follow |',
    '|---|---|---|---|',
    ...known.map(({ id }) => {
      const { says, others, follow } = told[id]!;
      const beside =
        others.length === 0 ? '0' : `${others.length}: ${others.map((each) => `\`${each}\``).join(', ')}`;
      return `| \`${id}\` | ${says} | ${beside} | ${follow} |`;
    }),
    '',
  ].join('\n');
}

/** What clients that do next to nothing pass, and why. */
export function lazySection(): string {
  const code = (id: string): string => `\`${id}\``;
  return [
    '## Lazy clients, and what they pass',
    '',
    'Five clients do almost nothing, but declare that they can do everything. A scenario that passes such a client has to',
    'be in this table, with the reason (`test/scenarios/lazy-clients.test.ts`, without the matrix and real SSH).',
    '',
    ...LAZY_CLIENTS.map(({ id, does }) => `- ${code(id)} ${does}`),
    '',
    '| scenarios | passed by | why that is right |',
    '|---|---|---|',
    ...RIGHT_PASSES.map(
      ({ scenarios, clients, why }) =>
        `| ${scenarios.map(code).join(', ')} | ${clients.map(code).join(', ')} | ${why} |`,
    ),
    '',
  ].join('\n');
}

function mutantRow({ id, breaks, rules, roles, versions }: Mutant, cells: readonly Cell[]): string {
  const own = cells.filter(({ mutant }) => mutant === id);
  const where = [
    roles?.length === 1 ? roles[0]! : 'both',
    ...(versions === undefined ? [] : [...versions].sort()),
  ];
  // Those that ask for it first, those that merely watched last.
  const sorted = [...own].sort((a, b) => Number(kills(b)) - Number(kills(a)));
  return `| \`${id}\` | ${breaks} | ${rules.join(', ')} | ${where.join(', ')} | ${named(sorted.map((c) => c.scenario))} |`;
}

function scenarioRow({ id, rules }: Scenario, cells: readonly Cell[]): string {
  const caught = cells.filter((cell) => cell.scenario === id && kills(cell)).map(({ mutant }) => mutant);
  const judged = rules.map((rule) => `${rule} (${ruleById(rule).force.toString()})`).join(', ');
  return `| \`${id}\` | ${judged} | ${named(caught)} |`;
}

function named(ids: readonly string[]): string {
  const distinct = [...new Set(ids)];
  const shown = distinct.slice(0, MOST_NAMED).map((id) => `\`${id}\``);
  const more = distinct.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The pairs that a page names, as `mutant scenario`. */
export function pairsNamed(page: string): Set<string> {
  const pairs = new Set<string>();
  for (const line of page.split('\n')) {
    const [, first, ...rest] = line
      .split('|')
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, id]) => id!));
    const id = first?.[0];
    if (id === undefined) continue;
    for (const other of rest.flat()) pairs.add(id.includes('/') ? `${other} ${id}` : `${id} ${other}`);
  }
  return pairs;
}
