import type { SuiteResult } from '../engine/run-suite.js';
import { topicOf } from '../engine/scenario.js';
import { distinctDefects } from './defects.js';
import { countVerdicts } from './terminal.js';

/** The whole run for programs. Fields are added over time, none is renamed. */
export function jsonReport(suite: SuiteResult): string {
  const { client, startedAt, durationMs, long, results } = suite;
  const report = {
    client,
    startedAt,
    durationMs,
    long,
    counts: countVerdicts(results),
    defects: distinctDefects(results),
    results: results.map(({ scenario, ...result }) => ({
      ...result,
      id: scenario.id,
      topic: topicOf(scenario.id),
      title: scenario.title,
      rules: scenario.rules,
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
