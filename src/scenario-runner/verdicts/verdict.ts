import { type RuleId, ruleById } from '../../protocol/index.js';
import { type Crash, Finding, type Force, type SkipCode } from './finding.js';
import { type SymptomName, symptomOf } from './symptoms.js';
import type { WireBytes } from './wire-bytes.js';

/**
 * `fail`: a MUST is broken. `warn`: a SHOULD is broken. `info`: useful to know, where the guides say nothing. `crash`:
 * ended by a signal, or hung until it was killed. `flaky`: failed once and passed when it ran alone. `skipped`: does
 * not apply. `blocked`: cannot be judged because of a fault that another result reports. `error`: a fault of the
 * harness.
 */
export type Verdict = 'pass' | 'info' | 'fail' | 'warn' | 'crash' | 'flaky' | 'skipped' | 'blocked' | 'error';

/** One thing that was wrong. Findings with the same rule, code and trigger are the same defect. */
export interface Defect {
  readonly verdict: 'fail' | 'warn' | 'crash' | 'info';
  readonly rule: RuleId;
  /** The symptom's code (src/scenario-runner/verdicts/symptoms.ts). */
  readonly code: string;
  /** The code of the trigger, if there can be several. */
  readonly trigger?: string;
  /** The symptom in English. */
  readonly symptom: string;
  readonly detail: string;
  /** Whether it was seen in the bytes that the client sent. Other defects of the same run may follow from it. */
  readonly onWire?: boolean;
  /** Codes of what had been done to the subject since it was last seen well, the trigger among them. */
  readonly amid?: readonly string[];
  /** The bytes that it rests on: those that were wrong, or what crossed the wire last before something did not come. */
  readonly bytes?: readonly WireBytes[];
}

/**
 * Why a verdict is what it is, if no defect says it. `passed-alone`: it failed only beside others. `not-started`: the
 * client could not be started. `blocked`: see `blockedBy`. `harness`: a fault of the runner or of a scenario. `held-up`:
 * the scenario, or one that ran at the same time, kept the event loop from turning.
 */
export type ReasonCode = SkipCode | 'passed-alone' | 'not-started' | 'blocked' | 'harness' | 'held-up';

/** Whether a broken rule is a `fail` or a `warn`. A rule that is this project's own choice never fails a client. */
export function severityOf(rule: RuleId, force?: Force): 'fail' | 'warn' | 'info' {
  const known = ruleById(rule);
  if (force === 'silent') return 'info';
  if (known.from.every((from) => from === 'project')) return 'warn';
  if (force !== undefined) return force === 'MUST' ? 'fail' : 'warn';
  return known.force.includes('MUST') || known.force.includes('MUST NOT') ? 'fail' : 'warn';
}

/** Makes a defect from a symptom. */
export function defectOf(
  verdict: Defect['verdict'],
  rule: RuleId,
  seen: SymptomName,
  detail: string,
  { amid = [], bytes = [] }: Pick<Defect, 'amid' | 'bytes'> = {},
): Defect {
  const { code, text, trigger } = symptomOf(seen);
  return {
    ...{ verdict, rule, code, symptom: text, detail },
    ...(trigger !== undefined && { trigger }),
    ...(amid.length > 0 && { amid }),
    ...(bytes.length > 0 && { bytes }),
  };
}

/** A finding or a crash as a defect. */
export function defectOfError(error: Finding | Crash): Defect {
  const { symptom, detail, amid } = error;
  if (error instanceof Finding) {
    const { bytes = [] } = error;
    return defectOf(severityOf(error.rule, error.force), error.rule, symptom, detail, { amid, bytes });
  }
  return defectOf('crash', 'S17', symptom, detail, { amid });
}

/** The identity of a defect, as text. Two defects with the same identity are the same. */
export function identityOf({ rule, code, trigger }: Pick<Defect, 'rule' | 'code' | 'trigger'>): string {
  return [rule, code, ...(trigger === undefined ? [] : [trigger])].join(' ');
}

const GRAVEST_FIRST: readonly Defect['verdict'][] = ['crash', 'fail', 'warn', 'info'];

/** Smaller is graver. */
export function severityRank(verdict: Defect['verdict']): number {
  return GRAVEST_FIRST.indexOf(verdict);
}

const GRAVITY: readonly Verdict[] = [
  'pass',
  'skipped',
  'blocked',
  'info',
  'flaky',
  'warn',
  'fail',
  'crash',
  'error',
];

/** The gravest of several verdicts. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((a, b) => (GRAVITY.indexOf(b) > GRAVITY.indexOf(a) ? b : a), 'pass');
}
