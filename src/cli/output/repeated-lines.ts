/** How many lines of one kind are written within an interval. Further ones are only counted. */
const BURST = 10;
const INTERVAL_MS = 10_000;
/** How many kinds are distinguished within an interval. All further kinds together count as one. */
const MAX_KINDS = 100;
const OTHERS = 'others';

const active = new Set<RepeatedLines>();

/**
 * Keeps a peer from filling a disk with the same line. Some lines of each kind are written. Further ones are counted, and
 * the count is reported at the end of the interval.
 */
export class RepeatedLines {
  readonly #tell: (kind: string, count: number) => void;
  readonly #seen = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * `tell` is called at the end of an interval, and by {@link stop}, with the number of lines of a kind that were not
   * written.
   */
  constructor(tell: (kind: string, count: number) => void) {
    this.#tell = tell;
    active.add(this);
  }

  /** Whether a line of this kind may be written. If not, it is counted. */
  admit(kind: string): boolean {
    const key = this.#seen.has(kind) || this.#seen.size < MAX_KINDS ? kind : OTHERS;
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    this.#timer ??= setTimeout(() => this.stop(), INTERVAL_MS).unref();
    return count <= BURST;
  }

  /** Reports the counts and starts counting from zero. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = [...this.#seen].filter(([, count]) => count > BURST);
    this.#seen.clear();
    for (const [kind, count] of counted) this.#tell(kind, count - BURST);
  }
}

/** The kind of a message: its text without numbers, so that it is the same for other peers, streams or sizes. */
export function kindOf(message: string): string {
  return message.replace(/\d+/g, 'N').slice(0, 60);
}

/** To be called when the program ends. Reports all counts that are not reported yet. */
export function endRepeatedLines(): void {
  for (const lines of active) lines.stop();
}
