import {
  Crash,
  Finding,
  type SymptomCode,
  symptom,
  TRIGGERS,
  type Trigger,
  type TriggerCode,
} from '../verdicts/index.js';

/** How many of the latest triggers are kept. */
const MOST = 50;
/** Symptoms of a whole run. They do not follow from what was done last. */
const OF_THE_WHOLE_RUN = new Set<string>(['leaks-descriptors', 'leaks-memory'] satisfies SymptomCode[]);

/**
 * What was done to a client since it was last seen well, by the codes of triggers. If the client goes wrong next, and the
 * scenario does not say after what, this is the most likely trigger.
 */
export class RecentTriggers {
  #recent: Trigger[] = [];

  /** Something was done that a client may go wrong over. */
  happened(trigger: TriggerCode | Trigger | undefined): void {
    if (trigger === undefined) return;
    this.#recent.push(typeof trigger === 'string' ? { code: trigger, text: TRIGGERS[trigger] } : trigger);
    if (this.#recent.length > MOST) this.#recent.shift();
  }

  /** The client has carried bytes both ways: it has come through what was before. */
  clear(): void {
    this.#recent = [];
  }

  /** What was thrown, with its trigger where it has none of its own, and with what else was done before. */
  explains(error: unknown): unknown {
    const last = this.#recent.at(-1);
    if (last === undefined || !(error instanceof Finding || error instanceof Crash)) return error;
    if (OF_THE_WHOLE_RUN.has(error.symptom.code)) return error;
    const seen =
      error.symptom.trigger === undefined ? symptom(error.symptom, { after: last }) : error.symptom;
    const told =
      error instanceof Crash
        ? new Crash(seen, error.detail)
        : new Finding(error.rule, seen, error.detail, error.force);
    told.amid = [...new Set([...error.amid, ...this.codes])];
    if (told instanceof Finding && error instanceof Finding) told.bytes = error.bytes;
    return told;
  }

  get last(): Trigger | undefined {
    return this.#recent.at(-1);
  }

  /** The codes, each once. */
  get codes(): readonly string[] {
    return [...new Set(this.#recent.map(({ code }) => code))];
  }
}
