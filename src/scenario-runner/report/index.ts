export { BaselineError, worseThan } from './baseline.js';
export { type DistinctDefect, distinctDefects } from './defects.js';
export { commandFor, evidenceLines, linkOf, type Repeatable } from './evidence.js';
export { explain } from './explain.js';
export { formatReport, REPORT_FORMATS, type ReportFormat } from './format.js';
export { jsonReportSchema } from './json.js';
export { transcriptText } from './transcript-text.js';
