import { printable, ruleById } from '../../protocol/index.js';
import type { ScenarioResult, SuiteResult } from '../engine/index.js';
import type { Defect, Verdict } from '../verdicts/index.js';
import { byteLines, commandFor, expectedIn, linkOf, type Telling } from './evidence.js';

const LONGEST_LINE = 1000;

/** The run as TAP 14, with a YAML block of evidence below each defect. */
export function tapReport({ client, seed, results }: SuiteResult, telling: Telling): string {
  const lines = ['TAP version 14', `1..${results.length}`, `# ${oneLine(client)}, seed ${seed}`];
  for (const [i, result] of results.entries()) {
    const bad = result.verdict === 'fail' || result.verdict === 'crash';
    lines.push(`${bad ? 'not ok' : 'ok'} ${i + 1} - ${result.key}${directive(result)}`);
    if (result.defects.length > 0) lines.push(...diagnostics(result, telling));
  }
  return `${lines.join('\n')}\n`;
}

/** A YAML block, of strings in double quotes and lists of them: every reader of TAP knows those. */
function diagnostics(result: ScenarioResult, telling: Telling): string[] {
  const { defects, exit, output } = result;
  const field = (name: string, text: string): string => `${name}: ${quoted(text)}`;
  const list = (name: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${name}:`, ...items.map((item) => `  - ${quoted(item)}`)];
  const said = ({ verdict, rule, symptom, detail }: Defect): string =>
    `${verdict} ${rule}: ${symptom}${detail === '' ? '' : ` (${detail})`}`;
  const isAtLength = telling.atLength.has(result.key);
  const rules = [...new Set(defects.map(({ rule }) => rule))];
  return [
    '---',
    field('message', said(defects[0]!)),
    ...list('defects', defects.map(said)),
    ...list(
      'rules',
      rules.map((rule) => (isAtLength ? `${ruleById(rule).text} [${linkOf(rule)}]` : linkOf(rule))),
    ),
    field('expects', expectedIn(result)),
    ...list('bytes', defects.flatMap(byteLines)),
    ...(exit === '' ? [] : [field('exit', exit)]),
    ...(output === '' ? [] : list('output', output.split('\n'))),
    field('again', commandFor(result, telling)),
    '...',
  ].map((line) => `  ${line}`);
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Results with these verdicts say nothing about the client. */
const UNTRIED = new Set<Verdict>(['skipped', 'blocked', 'error']);

function directive({ verdict, reason }: ScenarioResult): string {
  if (UNTRIED.has(verdict)) return ` # SKIP ${oneLine(reason ?? verdict)}`;
  return verdict === 'pass' || verdict === 'fail' || verdict === 'crash' ? '' : ` # ${verdict}`;
}

function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim(), LONGEST_LINE);
}
