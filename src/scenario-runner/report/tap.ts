import { ruleById } from '../../protocol/index.js';
import type { SuiteResult } from '../engine/run-suite.js';
import type { ScenarioResult } from '../engine/verdict.js';

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

function directive({ verdict, reason }: ScenarioResult): string {
  if (verdict === 'skipped' || verdict === 'error') return ` # SKIP ${oneLine(reason ?? verdict)}`;
  return verdict === 'warn' || verdict === 'flaky' ? ` # ${verdict}` : '';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
