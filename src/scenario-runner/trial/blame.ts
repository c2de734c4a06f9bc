import type { RuleId } from '../../protocol/index.js';
import {
  Finding,
  type Force,
  type Symptom,
  type SymptomName,
  symptom,
  symptomOf,
  type Trigger,
  type TriggerCode,
} from '../verdicts/index.js';

/** What the report says about a client that fails a step. */
export interface Blame {
  /** The rule that the client breaks. */
  readonly rule: RuleId;
  /** The symptom from the catalogue. Findings with the same rule, symptom and trigger are one defect. */
  readonly symptom?: SymptomName;
  /** What happened before, if that makes it another defect: a code of the catalogue, or a code and a text. */
  readonly trigger?: TriggerCode | Trigger;
  /** The values that were seen. */
  readonly detail?: string;
  /** Lowers or raises the force of the rule, if only a part of its clause is broken. */
  readonly force?: Force;
  /**
   * How long the step may take, in milliseconds; default the patience of the run, plus the time that the client
   * declares.
   */
  readonly within?: number;
}

/** A blame, or only its rule. */
export type Blamed = RuleId | Blame;

/** A blame with a symptom. */
export type Complaint = Blame & { readonly symptom: SymptomName };

/** The whole blame. */
export function blameOf(blamed: Blamed): Blame {
  return typeof blamed === 'string' ? { rule: blamed } : blamed;
}

/** The finding for a blame. `usual` and `values` are used if the blame has no symptom or detail. */
export function finding(blamed: Blamed, usual: SymptomName = 'nothing-came', values = ''): Finding {
  const { rule, symptom: seen = usual, trigger, detail = values, force } = blameOf(blamed);
  return new Finding(rule, withTrigger(symptomOf(seen), trigger), detail, force);
}

/**
 * Checks a condition.
 * @throws {Finding} if it is not true.
 */
export function check(condition: boolean, complaint: Complaint): void {
  if (!condition) throw finding(complaint);
}

function withTrigger(seen: Symptom, trigger: Blame['trigger']): Symptom {
  return trigger === undefined || seen.trigger !== undefined ? seen : symptom(seen, { after: trigger });
}
