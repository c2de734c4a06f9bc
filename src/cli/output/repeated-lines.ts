/** Lines of one kind that are written within an interval; the others are counted. */
const BURST = 10;
const INTERVAL_MS = 10_000;
/** Kinds told apart within an interval; what comes beyond counts as one more kind. */
const MAX_KINDS = 100;
const OTHERS = 'others';

const active = new Set<RepeatedLines>();

/**
 * Keeps a peer from filling a disk with the same line: of each kind some are written, then they are counted, and the
 * count is told at the end of the interval.
 */
export class RepeatedLines {
  readonly #tell: (kind: string, count: number) => void;
  readonly #seen = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  /** `tell` is told at the end of an interval, and at {@link stop}, how many lines of a kind were not written. */
  constructor(tell: (kind: string, count: number) => void) {
    this.#tell = tell;
    active.add(this);
  }

  /** Whether a line of this kind may be written; if not it is counted. */
  admit(kind: string): boolean {
    const key = this.#seen.has(kind) || this.#seen.size < MAX_KINDS ? kind : OTHERS;
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    this.#timer ??= setTimeout(() => this.stop(), INTERVAL_MS).unref();
    return count <= BURST;
  }

  /** Tells what was counted, and begins anew. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = [...this.#seen].filter(([, count]) => count > BURST);
    this.#seen.clear();
    for (const [kind, count] of counted) this.#tell(kind, count - BURST);
  }
}

/** What stays of a message when it is told again for another peer, stream or size. */
export function kindOf(message: string): string {
  return message.replace(/\d+/g, 'N').slice(0, 60);
}

/** The program ends: tells what was counted and not told yet. */
export function endRepeatedLines(): void {
  for (const lines of active) lines.stop();
}
