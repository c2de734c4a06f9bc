import type { RuleId } from '../../protocol/index.js';

/** A rule the client broke: thrown by the verbs of a scenario, turned into a verdict by the engine. */
export class Finding extends Error {
  override readonly name = 'Finding';

  /**
   * @param rule the rule that was broken
   * @param symptom what was seen, without ids or sizes: findings alike in rule and symptom are one defect
   * @param detail the values
   * @param force lowers or raises the rule's own force where only a part of its clause was broken
   */
  constructor(
    readonly rule: RuleId,
    readonly symptom: string,
    readonly detail = '',
    readonly force?: 'MUST' | 'SHOULD',
  ) {
    super(detail === '' ? symptom : `${symptom} (${detail})`);
  }
}

/** The client was ended by a signal nobody sent, or hung until it was killed. */
export class Crash extends Error {
  override readonly name = 'Crash';

  constructor(
    readonly symptom: string,
    readonly detail = '',
  ) {
    super(detail === '' ? symptom : `${symptom} (${detail})`);
  }
}

/** The scenario has nothing to say about this client; never counted against it. */
export class Skip extends Error {
  override readonly name = 'Skip';
}
