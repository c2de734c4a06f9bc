import { race, Transcript } from '../trial/index.js';
import {
  Crash,
  type Defect,
  defectOfError,
  Finding,
  gravest,
  identityOf,
  type ReasonCode,
  RunOver,
  Skip,
  type Verdict,
} from '../verdicts/index.js';
import type { Instance } from './instances.js';
import type { ScenarioResult } from './result.js';
import type { Attempt, Conditions, Evidence, Subject } from './subject.js';

/**
 * Under `--long`, a passed result keeps only this many lines of its transcript at each end, and characters of the
 * output.
 */
const LINES_OF_PASSED = 20;
const OUTPUT_OF_PASSED = 2000;
/** After Ctrl-C the subject may take this long to end, in milliseconds. Then the run ends without waiting for it. */
const CLOSE_AT_ONCE_MS = 1500;
const NOTHING: Evidence = { output: '', exit: '', command: '' };

/** The outcome of one attempt. */
interface Outcome {
  readonly defects: Defect[];
  verdict?: Verdict;
  reason?: string;
  reasonCode?: ReasonCode;
  isWhole?: boolean;
}

/**
 * Judges one instance by one attempt with a fresh subject. Only this function turns a scenario into a verdict. It
 * rejects only if the subject cannot be reached.
 * @param isFirst only the first attempt of a run rejects if the subject cannot be reached
 */
export async function judgeInstance(
  subject: Subject,
  instance: Instance,
  conditions: Conditions,
  isFirst = false,
): Promise<ScenarioResult> {
  const begun = performance.now();
  const transcript = new Transcript();
  const outcome: Outcome = { defects: [] };
  let attempt: Attempt | undefined;
  try {
    if (isAborted(conditions.signal)) throw runEnded();
    attempt = await subject.prepare(instance, transcript);
    await bounded(attempt, subject.boundMs(instance), conditions);
    outcome.isWhole = true;
  } catch (error) {
    if (isFirst && subject.isUnreachable?.(error) === true) throw error;
    judge(error, attempt, outcome);
  }
  const known = new Set(outcome.defects.map(identityOf));
  outcome.defects.push(...(attempt?.byTheWay() ?? []).filter((each) => !known.has(identityOf(each))));
  await closed(attempt, conditions.signal);
  const evidence = attempt?.evidence() ?? NOTHING;
  return resultOf(instance, outcome, evidence, transcript, conditions, performance.now() - begun);
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** The reason of everything that was not judged because the run was ended. */
export function runEnded(): Skip {
  return new Skip('the run was ended', 'run-ended');
}

/** Turns an exception into a defect, a reason to skip, or a fault of the harness. */
function judge(error: unknown, attempt: Attempt | undefined, outcome: Outcome): void {
  const explanation = attempt?.explains?.(error);
  if (explanation !== undefined) {
    if ('defect' in explanation) outcome.defects.push(explanation.defect);
    else Object.assign(outcome, explanation);
  } else if (error instanceof Crash || error instanceof Finding) {
    outcome.defects.push(defectOfError(error));
  } else if (error instanceof Skip) {
    outcome.verdict = 'skipped';
    outcome.reason = error.message;
    outcome.reasonCode = error.code;
  } else {
    outcome.verdict = 'error';
    outcome.reasonCode = error instanceof HeldUp ? 'held-up' : 'harness';
    outcome.reason = error instanceof Error ? (error.stack ?? error.message) : `it threw ${String(error)}`;
  }
}

/** A scenario kept the event loop from turning: this one, or one that ran at the same time. A run alone tells which. */
class HeldUp extends Error {
  override readonly name = 'HeldUp';

  constructor() {
    super('The scenario keeps the event loop from turning: it goes round and round and waits for nothing');
    delete this.stack;
  }
}

/**
 * Waits for an attempt, but at most for a time. It also stops at the end of the run, whatever the attempt waits for.
 */
async function bounded(attempt: Attempt, ms: number, { signal, guard }: Conditions): Promise<void> {
  const over = new AbortController();
  const running = attempt.run();
  running.catch(() => {}); // after it was given up, it may still fail
  const stopped = new Promise<never>((_, reject) => {
    const late = new Error(`The scenario itself did not end within ${ms} ms: a wait in it has no limit`);
    const before = guard?.times;
    const timer = setTimeout(() => reject(guard?.times === before ? late : new HeldUp()), ms);
    const end = (): void => reject(runEnded());
    if (isAborted(signal)) end();
    signal?.addEventListener('abort', end, { signal: over.signal });
    // Told late, it may have been another attempt before this one.
    const forget = guard?.onHeldUp(() => {
      if (guard.times !== before) reject(new HeldUp());
    });
    const free = (): void => {
      clearTimeout(timer);
      forget?.();
    };
    over.signal.addEventListener('abort', free, { once: true });
  });
  stopped.catch(() => {});
  try {
    await race([running, stopped]);
  } finally {
    over.abort();
    attempt.giveUp(new RunOver());
  }
}

/** Ends the subject. After Ctrl-C it does not wait for a subject that does not end. */
async function closed(attempt: Attempt | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (attempt === undefined) return;
  const atOnce = isAborted(signal);
  const closing = attempt.close(atOnce);
  if (!atOnce) {
    const over = new AbortController();
    const aborted = new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
    });
    await race([closing, aborted]).finally(() => over.abort());
    if (!isAborted(signal)) return closing;
    void attempt.close(true);
  }
  const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_AT_ONCE_MS));
  await race([closing, late]);
}

function resultOf(
  { key, scenario, role, version }: Instance,
  outcome: Outcome,
  evidence: Evidence,
  transcript: Transcript,
  { long }: Conditions,
  durationMs: number,
): ScenarioResult {
  const { defects, reason, reasonCode, isWhole = false } = outcome;
  const verdict = outcome.verdict ?? gravest(['pass', ...defects.map((defect): Verdict => defect.verdict)]);
  const output = transcript.shown(evidence.output);
  const isBrief = verdict === 'pass' && long;
  return {
    ...{ key, scenario, role, version, verdict, isWhole },
    ...(reason !== undefined && { reason: transcript.shown(reason) }),
    ...(reasonCode !== undefined && { reasonCode }),
    defects: defects.map((defect) => ({ ...defect, detail: transcript.shown(defect.detail) })),
    transcript: transcript.lines(isBrief ? LINES_OF_PASSED : undefined),
    output: isBrief ? shortened(output) : output,
    exit: evidence.exit,
    command: evidence.command,
    durationMs: Math.round(durationMs),
  };
}

function shortened(output: string): string {
  if (output.length <= OUTPUT_OF_PASSED) return output;
  // Copied, because a slice would keep the whole text in memory.
  return Buffer.from(`… ${output.slice(-OUTPUT_OF_PASSED)}`).toString();
}
