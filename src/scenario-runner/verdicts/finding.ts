import type { RuleId } from '../../protocol/index.js';
import { type Symptom, type SymptomName, symptomOf } from './symptoms.js';
import type { WireBytes } from './wire-bytes.js';

/** The force of the clause that was broken. */
export type Force = 'MUST' | 'SHOULD' | 'silent';

/**
 * Why a scenario was not judged. `not-claimed`: the client does not declare that it can do this. `not-applicable`: the
 * scenario does not apply to the client. `not-connected`: nobody started the client in time. `not-installed`: a program
 * is not installed. `no-tunnel-left`: all given tunnels are used. `run-ended`: the run was ended before.
 */
export type SkipCode =
  | 'not-claimed'
  | 'not-applicable'
  | 'not-connected'
  | 'not-installed'
  | 'no-tunnel-left'
  | 'run-ended';

/** A rule that the client broke. The verbs of a scenario throw it, and the engine turns it into a verdict. */
export class Finding extends Error {
  override readonly name = 'Finding';
  readonly symptom: Symptom;
  /** Codes of what had been done to the client since it was last seen well. @internal */
  amid: readonly string[] = [];
  /** What crossed the wire last when it was found, oldest first. @internal */
  bytes: readonly WireBytes[] | undefined;

  /**
   * @param rule the rule that was broken
   * @param symptom what was seen. Findings with the same rule, symptom and trigger are one defect
   * @param detail the values
   * @param force lowers or raises the force of the rule, if only a part of its clause was broken. `silent` if the
   * guides say nothing and users should only know it
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

/** A signal that the runner did not send ended the client, or the client hung until it was killed. */
export class Crash extends Error {
  override readonly name = 'Crash';
  readonly symptom: Symptom;
  /** As of a {@link Finding}. @internal */
  amid: readonly string[] = [];

  constructor(
    symptom: SymptomName,
    readonly detail = '',
  ) {
    super(messageOf(symptom, detail));
    this.symptom = symptomOf(symptom);
  }
}

/** The verdict has been given. The scenario must not continue, and nothing that it still does counts. */
export class RunOver extends Error {
  override readonly name = 'RunOver';

  constructor() {
    super('the scenario is over');
  }
}

/** The scenario cannot judge this client. That never counts against the client. */
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
