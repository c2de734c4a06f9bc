import Table from 'cli-table3';
import type { CaseResult, ComparisonResult } from './run.js';
import type { Estimate } from './statistics.js';

/** No colours, because reports also go to files and pull requests. */
const STYLE = { head: [], border: [], compact: true };

/**
 * A case's figures for people: first the absolute figures, then the ratios. Only the ratios say something on another
 * machine.
 */
export function caseReport(bench: string, result: CaseResult): string {
  const absolute = new Table({ head: ['contender', 'metric', 'median', 'interval'], style: STYLE });
  for (const [contender, metrics] of Object.entries(result.contenders)) {
    for (const [metric, estimate] of Object.entries(metrics)) {
      absolute.push([contender, metric, figure(estimate.median), interval(estimate)]);
    }
  }
  const relative = new Table({ head: ['ratio', 'median', 'interval', 'target', 'verdict'], style: STYLE });
  for (const comparison of result.comparisons) {
    const { of, against, metric, ratio, verdict } = comparison;
    const label = `${metric}: ${of} / ${against}`;
    relative.push([label, figure(ratio.median), interval(ratio), target(comparison), verdict]);
  }
  const tables = result.comparisons.length > 0 ? [absolute, relative] : [absolute];
  return [`${bench}: ${result.name}`, ...tables.map(String)].join('\n');
}

function target({ target }: ComparisonResult): string {
  if (target === undefined) return '';
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

function interval({ low, high, confidence }: Estimate): string {
  return `${figure(low)} … ${figure(high)} (${(100 * confidence).toFixed(0)} %)`;
}

/** A number with three significant digits. */
export function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
