import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exitStatusOf, formatReport, type SuiteResult, worseThan } from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';
import { logLines } from '../output/index.js';
import type { Again } from './again.js';
import type { VerifyFlags } from './flags.js';

/**
 * Reads the baseline and checks that the report can be written. This is done before the run, because a run takes minutes.
 * @returns the text of the baseline; undefined if none was given.
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

/** Writes the report. Throws if the exit status must not be 0. */
export function conclude(
  suite: SuiteResult,
  flags: VerifyFlags,
  earlier: string | undefined,
  { remarks = [], again }: { readonly remarks?: readonly string[]; readonly again: Again },
): void {
  if (suite.results.length === 0)
    throw new UsageError('No scenario matches; verify --list lists all scenarios');
  const report = formatReport(suite, flags.format, { command: again(suite.seed) });
  if (flags.output === undefined) process.stdout.write(report);
  else {
    writeFileSync(flags.output, report);
    logLines.write(`The report is in ${flags.output}\n`);
  }
  for (const remark of remarks) logLines.write(`${remark}\n`);
  if (suite.interrupted) throw new Error('the run was stopped before all scenarios were judged');
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

/** Throws if the run is worse than an earlier one, so that the exit status shows it. */
function compare(earlier: string, suite: SuiteResult): void {
  const worse = worseThan(earlier, suite).map(({ key, verdict }) => `${key} (${verdict})`);
  if (worse.length > 0) throw new Error(`worse than the baseline: ${worse.join(', ')}`);
}

/** Why the exit status is not 0. */
function summary({ client, results }: SuiteResult): string {
  const broken = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'crash').length;
  if (broken > 0) return `${client} breaks rules of the protocol in ${broken} of ${results.length} scenarios`;
  const reason = results.find((result) => result.reason !== undefined)?.reason ?? 'no scenario applies';
  return `${client} could not be judged: ${reason}`;
}
