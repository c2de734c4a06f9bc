/** Who did what a transcript line tells of. */
export type Actor = 'client' | 'service' | 'app' | 'process' | 'harness';

/** One line of what happened. */
export interface TranscriptLine {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  readonly who: Actor;
  readonly what: string;
}

/** Lines kept at each end; what lies between is counted, not kept. */
const KEPT = 150;

/** What happened in one run of a scenario, in order, bounded whatever the client does. */
export class Transcript {
  readonly #head: TranscriptLine[] = [];
  readonly #tail: TranscriptLine[] = [];
  readonly #begun = performance.now();
  #left = 0;

  note(who: Actor, what: string): void {
    const line = { at: Math.round((performance.now() - this.#begun) * 10) / 10, who, what };
    if (this.#head.length < KEPT) {
      this.#head.push(line);
      return;
    }
    this.#tail.push(line);
    if (this.#tail.length > 2 * KEPT) {
      this.#tail.splice(0, KEPT);
      this.#left += KEPT;
    }
  }

  lines(): TranscriptLine[] {
    if (this.#left === 0) return [...this.#head, ...this.#tail];
    const gap = { at: this.#tail[0]!.at, who: 'harness' as const, what: `… ${this.#left} lines left out …` };
    return [...this.#head, gap, ...this.#tail];
  }
}
