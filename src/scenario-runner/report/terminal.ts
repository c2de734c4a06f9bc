import Table from 'cli-table3';
import { type ScenarioResult, type SuiteResult, topicOf } from '../engine/index.js';
import type { Verdict } from '../verdicts/index.js';
import { type DistinctDefect, distinctDefects } from './defects.js';
import { evidenceLines, type Telling } from './evidence.js';

const COLUMNS: readonly Verdict[] = [
  'pass',
  'fail',
  'crash',
  'warn',
  'info',
  'flaky',
  'skipped',
  'blocked',
  'error',
];
/** These columns are shown only if they are not empty. */
const RARE: readonly Verdict[] = ['info', 'blocked'];

/** How many results of each verdict. */
export function countVerdicts(results: readonly ScenarioResult[]): Record<Verdict, number> {
  const counts = Object.fromEntries(COLUMNS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of results) counts[verdict]++;
  return counts;
}

/** The report for people: a table by topic, then each distinct defect with its clause and its evidence. */
export function terminalReport(suite: SuiteResult, telling: Telling): string {
  const all = countVerdicts(suite.results);
  const columns = COLUMNS.filter((verdict) => all[verdict] > 0 || !RARE.includes(verdict));
  const table = new Table({
    head: ['topic', ...columns],
    style: { head: [], border: [] },
    colAligns: ['left', ...columns.map(() => 'right' as const)],
  });
  const topics = [...new Set(suite.results.map(({ scenario }) => topicOf(scenario.id)))];
  const row = (name: string, results: readonly ScenarioResult[]): string[] => {
    const counts = countVerdicts(results);
    return [name, ...columns.map((verdict) => (counts[verdict] === 0 ? '' : String(counts[verdict])))];
  };
  for (const topic of topics) {
    table.push(
      row(
        topic,
        suite.results.filter(({ scenario }) => topicOf(scenario.id) === topic),
      ),
    );
  }
  table.push(row('all', suite.results));
  const seconds = (suite.durationMs / 1000).toFixed(1);
  return [
    `${suite.client}, ${seconds} s, seed ${suite.seed}`,
    table.toString(),
    ...defectLines(suite, telling),
    ...remarks(suite),
  ].join('\n');
}

function defectLines(suite: SuiteResult, telling: Telling): string[] {
  const linesOf = (each: DistinctDefect): string[] => linesOfDefect(each, suite, telling);
  const defects = distinctDefects(suite.results);
  const broken = defects.filter(({ verdict }) => verdict !== 'info');
  const told = defects.filter(({ verdict }) => verdict === 'info');
  const roots = broken.filter(({ mayFollowFrom }) => mayFollowFrom === undefined);
  const rest = broken.filter(({ mayFollowFrom }) => mayFollowFrom !== undefined);
  const more =
    rest.length === 0
      ? ''
      : `, and ${rest.length} more that may follow from ${roots.length === 1 ? 'it' : 'them'}`;
  const head = `\n${roots.length} distinct defect${roots.length === 1 ? '' : 's'}${more}:`;
  return [
    ...(broken.length > 0 ? [head, ...[...roots, ...rest].flatMap(linesOf)] : []),
    ...(told.length > 0 ? ['\nUseful to know, where the guides say nothing:', ...told.flatMap(linesOf)] : []),
  ];
}

function linesOfDefect(
  { verdict, rule, code, trigger, symptom, clause, from, link, seenIn, mayFollowFrom }: DistinctDefect,
  { results }: SuiteResult,
  telling: Telling,
): string[] {
  const first = seenIn[0]!;
  const result = results.find(({ key }) => key === first.key)!;
  const defect = result.defects.find(
    (each) => each.rule === rule && each.code === code && each.trigger === trigger,
  );
  return [
    `\n${verdict.toUpperCase()} ${rule}: ${symptom}`,
    `  rule: ${clause} [${from.join(', ')}; ${link}]`,
    ...(mayFollowFrom === undefined ? [] : [`  may follow from ${mayFollowFrom}`]),
    `  seen: ${seenIn.length} time${seenIn.length === 1 ? '' : 's'}, first in ${first.key}${first.detail === '' ? '' : `: ${first.detail}`}`,
    ...(telling.atLength.has(first.key) ? evidenceLines(result, defect, telling) : []).map(
      (line) => `  ${line}`,
    ),
  ];
}

/** The results that block others, and how many they block. */
function blockers({ results }: SuiteResult): string[] {
  const roots = new Map<string, number>();
  for (const { blockedBy } of results) {
    if (blockedBy !== undefined) roots.set(blockedBy, (roots.get(blockedBy) ?? 0) + 1);
  }
  return [...roots].map(([root, count]) => `blocked by ${root}: ${count} result${count === 1 ? '' : 's'}`);
}

function remarks(suite: SuiteResult): string[] {
  const flaky = suite.results.filter(({ verdict }) => verdict === 'flaky');
  const errors = suite.results.filter(({ verdict }) => verdict === 'error');
  return [
    ...blockers(suite),
    ...flaky.map(({ key, defects }) => `flaky: ${key}: ${defects[0]?.symptom ?? ''}`),
    ...errors.map(({ key, reason, reasonCode }) => {
      return `${reasonCode === 'not-started' ? 'error' : 'harness error'}: ${key}: ${reason ?? ''}`;
    }),
  ];
}
