/** Options for the waits between tries. */
export interface BackoffOptions {
  /** The longest wait before the first retry, in milliseconds. Default 1000. */
  readonly initialDelayMs?: number;
  /** The longest wait before any retry, in milliseconds. Default 30000. */
  readonly maxDelayMs?: number;
  /**
   * The client gives up after this many failures in a row; 1 means no retry. Default: no limit, as in the reference
   * local proxy.
   */
  readonly maxTries?: number;
}

/**
 * Exponential backoff with jitter (H11). The longest wait doubles with each failure in a row. Each wait is a random time
 * from half of it up to the whole.
 */
export class Backoff {
  readonly #initial: number;
  readonly #max: number;
  readonly #maxTries: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: BackoffOptions, random: () => number) {
    this.#initial = options.initialDelayMs ?? 1000;
    this.#max = options.maxDelayMs ?? 30_000;
    this.#maxTries = options.maxTries ?? Number.POSITIVE_INFINITY;
    this.#random = random;
  }

  /** The number of failures in a row so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure. Returns the wait in milliseconds, or undefined if no try is left. */
  next(): number | undefined {
    this.#failures++;
    if (this.#failures >= this.#maxTries) return undefined;
    const ceiling = Math.min(this.#max, this.#initial * 2 ** Math.min(this.#failures - 1, 30));
    // Jitter keeps many devices from reconnecting at the same time. The lower half is left out, so that the wait still
    // grows.
    return Math.round(ceiling / 2 + (this.#random() * ceiling) / 2);
  }

  /** To be called after a success: the next wait is the shortest again. */
  reset(): void {
    this.#failures = 0;
  }
}
