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

/** What a client is blamed for where it fails what is asked of it. */
export interface Blame {
  /** The rule that it breaks. */
  readonly rule: RuleId;
  /** What is seen, of the catalogue. Alike in rule, symptom and trigger is one defect. */
  readonly symptom?: SymptomName;
  /** What came before, where that makes it another defect: a code of the catalogue, or a code and words of its own. */
  readonly trigger?: TriggerCode | Trigger;
  /** The values. */
  readonly detail?: string;
  /** Lowers or raises the rule's own force where only a part of its clause is broken. */
  readonly force?: Force;
  /** How long it may take, in milliseconds; default the patience of the run, and what the client declares beside it. */
  readonly within?: number;
}

/** A rule alone stands for a blame that says no more. */
export type Blamed = RuleId | Blame;

/** A blame that says what is seen. */
export type Complaint = Blame & { readonly symptom: SymptomName };

/** The blame that was meant. */
export function blameOf(blamed: Blamed): Blame {
  return typeof blamed === 'string' ? { rule: blamed } : blamed;
}

/** The blame as it is thrown. What is seen and the values are told where the blame does not tell them itself. */
export function finding(blamed: Blamed, usual: SymptomName = 'nothing-came', values = ''): Finding {
  const { rule, symptom: seen = usual, trigger, detail = values, force } = blameOf(blamed);
  return new Finding(rule, withTrigger(symptomOf(seen), trigger), detail, force);
}

/** @throws {Finding} where the condition does not hold. */
export function check(condition: boolean, complaint: Complaint): void {
  if (!condition) throw finding(complaint);
}

function withTrigger(seen: Symptom, trigger: Blame['trigger']): Symptom {
  return trigger === undefined || seen.trigger !== undefined ? seen : symptom(seen, { after: trigger });
}
