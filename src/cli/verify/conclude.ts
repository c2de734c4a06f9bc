import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exitStatusOf, formatReport, type SuiteResult, worseThan } from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';
import { logLines } from '../output/index.js';
import type { VerifyFlags } from './flags.js';
import { endProgress } from './progress.js';

/**
 * Reads the baseline and sees that the report can be written, before minutes are spent on a run.
 * @returns the text of the baseline, where one was given.
 */
export function prepare({ baseline, output }: VerifyFlags): string | undefined {
  if (output !== undefined) checkWritable(output);
  if (baseline === undefined) return undefined;
  try {
    return readFileSync(baseline, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read the baseline ${baseline}: ${(error as Error).message}`);
  }
}

/** Writes the report; throws where the exit status must tell of something broken. */
export function conclude(
  suite: SuiteResult,
  flags: VerifyFlags,
  earlier: string | undefined,
  remarks: readonly string[] = [],
): void {
  endProgress();
  if (suite.results.length === 0) throw new UsageError('No scenario matches; verify --list names them all');
  const report = formatReport(suite, flags.format);
  if (flags.output === undefined) process.stdout.write(report);
  else {
    writeFileSync(flags.output, report);
    logLines.write(`The report is in ${flags.output}\n`);
  }
  for (const remark of remarks) logLines.write(`${remark}\n`);
  if (suite.interrupted) throw new Error('the run was ended before all was judged');
  if (earlier !== undefined) compare(earlier, suite);
  else if (exitStatusOf(suite) !== 0) throw new Error(summary(suite));
}

function checkWritable(output: string): void {
  try {
    if (statSync(output, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new Error('it is a folder');
    accessSync(dirname(output), constants.W_OK);
  } catch (error) {
    throw new UsageError(`Cannot write the report to --output ${output}: ${(error as Error).message}`);
  }
}

/** Throws where the run is worse than an earlier one, so that the exit status tells. */
function compare(earlier: string, suite: SuiteResult): void {
  const worse = worseThan(earlier, suite).map(({ key, verdict }) => `${key} (${verdict})`);
  if (worse.length > 0) throw new Error(`worse than the baseline: ${worse.join(', ')}`);
}

/** Why the exit status is not 0. */
function summary({ client, results }: SuiteResult): string {
  const broken = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'crash').length;
  if (broken > 0) return `${client} breaks rules of the protocol in ${broken} of ${results.length} scenarios`;
  const reason = results.find((result) => result.reason !== undefined)?.reason ?? 'no scenario applies';
  return `nothing could be judged of ${client}: ${reason}`;
}
