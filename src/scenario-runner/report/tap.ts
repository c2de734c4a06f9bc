import { printable, ruleById } from '../../protocol/index.js';
import type { ScenarioResult, SuiteResult } from '../engine/index.js';
import type { Verdict } from '../verdicts/index.js';

const LONGEST_LINE = 1000;

/** The run as TAP 14. */
export function tapReport({ client, results }: SuiteResult): string {
  const lines = ['TAP version 14', `1..${results.length}`, `# ${oneLine(client)}`];
  for (const [i, result] of results.entries()) {
    const bad = result.verdict === 'fail' || result.verdict === 'crash';
    lines.push(`${bad ? 'not ok' : 'ok'} ${i + 1} - ${result.key}${directive(result)}`);
    for (const { verdict, rule, symptom, detail } of result.defects) {
      lines.push(`  # ${oneLine(`${verdict} ${rule}: ${symptom} ${detail}`)}`);
      lines.push(`  # ${oneLine(ruleById(rule).text)}`);
    }
  }
  return `${lines.join('\n')}\n`;
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
