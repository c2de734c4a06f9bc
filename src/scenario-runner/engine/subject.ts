import type { Transcript } from '../trial/index.js';
import type { Defect, ReasonCode } from '../verdicts/index.js';
import type { Instance } from './instances.js';

/** What every attempt of a run goes by. */
export interface Conditions {
  /** How long an expected thing may take, in milliseconds. */
  readonly patienceMs: number;
  readonly long: boolean;
  /** Ends the run at once. */
  readonly signal: AbortSignal | undefined;
}

/** How an attempt went, as seen beside the scenario. */
export interface Evidence {
  /** The end of what the subject printed. */
  readonly output: string;
  /** How its process ended, in words. */
  readonly exit: string;
  /** The command that starts it by hand as here, secrets left out. */
  readonly command: string;
}

/** One scenario, set up with a fresh subject. */
export interface Attempt {
  /**
   * Runs the scenario.
   * @throws {Finding} {@link Crash} {@link Skip} as the scenario judges; anything else is the harness's fault
   */
  run(): Promise<void>;
  /** Ends whatever {@link run} still waits for: it must not go on once its verdict is given. */
  giveUp(why: Error): void;
  /** What explains an error of the scenario better than the error does: the subject could not start, or died. */
  explains?(error: unknown): Explanation | undefined;
  /** What was found by the way, whatever the scenario was about. */
  byTheWay(): readonly Defect[];
  evidence(): Evidence;
  /**
   * Ends the subject and everything that was opened for it.
   * @param atOnce the run was ended: nothing is asked to end by itself any more
   */
  close(atOnce: boolean): Promise<void>;
}

export type Explanation =
  | { readonly defect: Defect }
  | { readonly verdict: 'error' | 'skipped'; readonly reason: string; readonly reasonCode: ReasonCode };

/** A client or a service under test, for as long as one run lasts. */
export interface Subject extends AsyncDisposable {
  /** Heads the report. */
  readonly name: string;
  /** Trials at once where the run does not say. */
  readonly jobs: number;
  /** The bound of one attempt, in milliseconds. */
  boundMs(instance: Instance): number;
  /** Sets up an attempt. What it throws becomes the verdict, as if the scenario had thrown it. */
  prepare(instance: Instance, transcript: Transcript): Promise<Attempt>;
  /** The instance that tells whether anything can be judged of those like this one; undefined where none is needed. */
  preflightFor?(instance: Instance): Instance | undefined;
  /** Whether nothing at all can be judged after this result: why not. */
  givesUpAfter?(result: { readonly verdict: string; readonly reasonCode?: ReasonCode }): string | undefined;
  /** Whether an error of the very first attempt means that there is nobody to judge: the run is then rejected with it. */
  isUnreachable?(error: unknown): boolean;
}
