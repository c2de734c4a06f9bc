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
/** Characters kept of a line: what a client sends (a header, a list of names) may be of any length. */
const LINE_CHARACTERS = 400;

/** What happened in one run of a scenario, in order, bounded whatever the client does. */
export class Transcript {
  readonly #head: TranscriptLine[] = [];
  readonly #tail: TranscriptLine[] = [];
  readonly #begun = performance.now();
  #left = 0;

  note(who: Actor, what: string): void {
    const line = { at: Math.round((performance.now() - this.#begun) * 10) / 10, who, what: clipped(what) };
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

  /** The lines, the first and the last `atMost` of them where there are more. */
  lines(atMost = KEPT): TranscriptLine[] {
    const head = this.#head.slice(0, atMost);
    const rest = [...this.#head.slice(atMost), ...this.#tail];
    const tail = rest.slice(-atMost);
    const left = this.#left + rest.length - tail.length;
    if (left === 0) return [...head, ...tail];
    const gap = { at: tail[0]!.at, who: 'harness' as const, what: `… ${left} lines left out …` };
    return [...head, gap, ...tail];
  }
}

/** A copy that is short, and holds nothing of a longer text. */
function clipped(what: string): string {
  if (what.length <= LINE_CHARACTERS) return what;
  return Buffer.from(`${what.slice(0, LINE_CHARACTERS)}… ${what.length} characters in all`).toString();
}
