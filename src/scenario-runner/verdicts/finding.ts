import type { RuleId } from '../../protocol/index.js';
import { type Symptom, type SymptomName, symptomOf } from './symptoms.js';

/** How strongly the guides ask for what was broken. */
export type Force = 'MUST' | 'SHOULD' | 'silent';

/**
 * Why a scenario was not judged. `not-claimed`: the client does not say that it can do this. `not-applicable`: the
 * scenario has nothing to say about it. `not-connected`: nobody started the client in time. `not-installed`: a program is
 * missing here. `no-tunnel-left`: of the tunnels that were given. `run-ended`: the run was ended before.
 */
export type SkipCode =
  | 'not-claimed'
  | 'not-applicable'
  | 'not-connected'
  | 'not-installed'
  | 'no-tunnel-left'
  | 'run-ended';

/** A rule the client broke: thrown by the verbs of a scenario, turned into a verdict by the engine. */
export class Finding extends Error {
  override readonly name = 'Finding';
  readonly symptom: Symptom;

  /**
   * @param rule the rule that was broken
   * @param symptom what was seen, of the catalogue: findings alike in rule, symptom and trigger are one defect
   * @param detail the values
   * @param force lowers or raises the rule's own force where only a part of its clause was broken; `silent` where the
   * guides say nothing and users should merely know
   */
  constructor(
    readonly rule: RuleId,
    symptom: SymptomName,
    readonly detail = '',
    readonly force?: Force,
  ) {
    super(messageOf(symptom, detail));
    this.symptom = symptomOf(symptom);
  }
}

/** The client was ended by a signal nobody sent, or hung until it was killed. */
export class Crash extends Error {
  override readonly name = 'Crash';
  readonly symptom: Symptom;

  constructor(
    symptom: SymptomName,
    readonly detail = '',
  ) {
    super(messageOf(symptom, detail));
    this.symptom = symptomOf(symptom);
  }
}

/** The verdict has been given: whatever the scenario still does counts for nothing, and it must not go on. */
export class RunOver extends Error {
  override readonly name = 'RunOver';

  constructor() {
    super('the scenario is over');
  }
}

/** The scenario has nothing to say about this client; never counted against it. */
export class Skip extends Error {
  override readonly name = 'Skip';

  constructor(
    reason: string,
    readonly code: SkipCode = 'not-applicable',
  ) {
    super(reason);
  }
}

function messageOf(symptom: SymptomName, detail: string): string {
  const { text } = symptomOf(symptom);
  return detail === '' ? text : `${text} (${detail})`;
}
