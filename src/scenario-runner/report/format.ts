import type { SuiteResult } from '../engine/index.js';
import { abridged } from './abridge.js';
import type { Repeatable, Telling } from './evidence.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import { tapReport } from './tap.js';
import { terminalReport } from './terminal.js';

/** The formats of a report. `text` is for people who use a terminal. */
export const REPORT_FORMATS = ['text', 'json', 'junit', 'tap', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const FORMATTERS: Readonly<Record<ReportFormat, (suite: SuiteResult, telling: Telling) => string>> = {
  text: (suite, telling) => `${terminalReport(suite, telling)}\n`,
  json: jsonReport,
  junit: junitReport,
  tap: tapReport,
  html: htmlReport,
};

/**
 * The report of a run in one of the formats. It stays below 2 MB for 700 results, whatever the client did.
 * @param repeat how the run can be repeated, where that is known better than from the run
 */
export function formatReport(suite: SuiteResult, format: ReportFormat, repeat: Repeatable = {}): string {
  const { suite: told, atLength } = abridged(suite);
  return FORMATTERS[format](told, { ...repeat, atLength });
}
