import type { Transcript } from '../trial/index.js';
import type { Defect, ReasonCode } from '../verdicts/index.js';
import type { Instance } from './instances.js';
import type { LoopGuard } from './loop-guard.js';

/** The conditions of every attempt of a run. */
export interface Conditions {
  /** How long the subject may take for each expected step, in milliseconds. */
  readonly patienceMs: number;
  readonly long: boolean;
  /** What scenarios draw comes of it. */
  readonly seed: number;
  /** Ends the run at once. */
  readonly signal: AbortSignal | undefined;
  /** Watches the event loop of the run. */
  readonly guard?: LoopGuard;
}

/** What was seen of the subject's process during an attempt. */
export interface Evidence {
  /** The end of what the subject printed. */
  readonly output: string;
  /** How its process ended, in words. */
  readonly exit: string;
  /** The command that starts it in the same way by hand, without secrets. */
  readonly command: string;
}

/** One scenario, set up with a fresh subject. */
export interface Attempt {
  /**
   * Runs the scenario.
   * @throws {Finding} {@link Crash} {@link Skip} as the scenario judges. Any other exception is a fault of the harness.
   */
  run(): Promise<void>;
  /** Ends every wait of {@link run}. It must not continue after its verdict. */
  giveUp(why: Error): void;
  /** A better explanation for an error of the scenario: for example, the subject could not start, or it died. */
  explains?(error: unknown): Explanation | undefined;
  /** Defects that were found during the attempt, whatever the scenario judges. */
  byTheWay(): readonly Defect[];
  evidence(): Evidence;
  /**
   * Ends the subject and everything that was opened for it.
   * @param atOnce the run was ended: kill the subject without asking it to end
   */
  close(atOnce: boolean): Promise<void>;
}

export type Explanation =
  | { readonly defect: Defect }
  | { readonly verdict: 'error' | 'skipped'; readonly reason: string; readonly reasonCode: ReasonCode };

/** A client or a service under test, for as long as one run lasts. */
export interface Subject extends AsyncDisposable {
  /** The name at the top of the report. */
  readonly name: string;
  /** The number of trials at the same time, if the run does not give it. */
  readonly jobs: number;
  /** The time limit of one attempt, in milliseconds. */
  boundMs(instance: Instance): number;
  /** Sets up an attempt. An exception becomes the verdict, as if the scenario had thrown it. */
  prepare(instance: Instance, transcript: Transcript): Promise<Attempt>;
  /** The instance that must pass before instances like this one can be judged. Undefined if none is needed. */
  preflightFor?(instance: Instance): Instance | undefined;
  /** Why nothing can be judged after this result. Undefined if other instances can still be judged. */
  givesUpAfter?(result: { readonly verdict: string; readonly reasonCode?: ReasonCode }): string | undefined;
  /**
   * Whether an error of the very first attempt means that the subject cannot be reached. The run then rejects with that
   * error.
   */
  isUnreachable?(error: unknown): boolean;
}
