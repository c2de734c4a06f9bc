import type { SuiteResult } from '../engine/index.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import { tapReport } from './tap.js';
import { terminalReport } from './terminal.js';

/** The formats of a report. `text` is for people who use a terminal. */
export const REPORT_FORMATS = ['text', 'json', 'junit', 'tap', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const FORMATTERS: Readonly<Record<ReportFormat, (suite: SuiteResult) => string>> = {
  text: (suite) => `${terminalReport(suite)}\n`,
  json: jsonReport,
  junit: junitReport,
  tap: tapReport,
  html: htmlReport,
};

/** The report of a run in one of the formats. */
export function formatReport(suite: SuiteResult, format: ReportFormat): string {
  return FORMATTERS[format](suite);
}
