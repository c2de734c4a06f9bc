import { type RuleId, ruleById } from '../../protocol/index.js';
import type { ServiceScenario } from '../service-role/run-service-suite.js';
import type { TranscriptLine } from '../stage/transcript.js';
import type { Scenario } from './scenario.js';

/**
 * `fail` a MUST is broken, `warn` a SHOULD, `crash` ended by a signal or hung until killed, `flaky` failed once and
 * passed when run alone, `skipped` does not apply, `error` the harness's own fault.
 */
export type Verdict = 'pass' | 'fail' | 'warn' | 'crash' | 'flaky' | 'skipped' | 'error';

/** One thing that was wrong. */
export interface Defect {
  readonly verdict: 'fail' | 'warn' | 'crash';
  readonly rule: RuleId;
  /** Without ids or sizes, so that the same defect reads the same wherever it shows. */
  readonly symptom: string;
  readonly detail: string;
  /** Seen in the very bytes that the client sent; what else is found in the same run may be its consequence. */
  readonly onWire?: boolean;
}

/** The outcome of one scenario for one role and version. */
export interface ScenarioResult {
  /** `<scenario>@<role>/<version>`. */
  readonly key: string;
  readonly scenario: Scenario | ServiceScenario;
  readonly role: 'source' | 'destination' | 'service';
  readonly version: 'V1' | 'V2' | 'V3';
  readonly verdict: Verdict;
  /** Why it was skipped, or what the harness got wrong. */
  readonly reason?: string;
  readonly defects: readonly Defect[];
  readonly transcript: readonly TranscriptLine[];
  /** The end of what the client printed. */
  readonly output: string;
  /** How the client ended, in words. */
  readonly exit: string;
  /** The command that starts the client by hand as here, secrets left out. */
  readonly command: string;
  readonly durationMs: number;
}

/** Whether a broken rule is a `fail` or a `warn`. A rule that is this project's own choice never fails a client. */
export function severityOf(rule: RuleId, force?: 'MUST' | 'SHOULD'): 'fail' | 'warn' {
  const known = ruleById(rule);
  if (known.from.every((from) => from === 'project')) return 'warn';
  if (force !== undefined) return force === 'MUST' ? 'fail' : 'warn';
  return known.force.includes('MUST') || known.force.includes('MUST NOT') ? 'fail' : 'warn';
}

const GRAVITY: readonly Verdict[] = ['pass', 'skipped', 'flaky', 'warn', 'fail', 'crash', 'error'];

/** The gravest of several verdicts. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((a, b) => (GRAVITY.indexOf(b) > GRAVITY.indexOf(a) ? b : a), 'pass');
}
