/** How long to wait between tries. */
export interface BackoffOptions {
  /** Longest wait before the first retry, in milliseconds. Default 1000. */
  readonly initialDelayMs?: number;
  /** Ceiling of the wait, in milliseconds. Default 30000. */
  readonly maxDelayMs?: number;
  /** Failures in a row after which it gives up; 1 means no retry. Default: no limit, as the reference local proxy. */
  readonly maxTries?: number;
}

/**
 * Exponential backoff with jitter (H11). The ceiling doubles with each failure in a row, and each wait is drawn from the
 * upper half below it.
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

  /** Failures in a row so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure and gives the wait in milliseconds, or undefined once the tries are used up. */
  next(): number | undefined {
    this.#failures++;
    if (this.#failures >= this.#maxTries) return undefined;
    const ceiling = Math.min(this.#max, this.#initial * 2 ** Math.min(this.#failures - 1, 30));
    // Jitter keeps many devices from coming back all at once. The lower half is left out so that the wait still grows.
    return Math.round(ceiling / 2 + (this.#random() * ceiling) / 2);
  }

  /** A success: the next failure waits the shortest time again. */
  reset(): void {
    this.#failures = 0;
  }
}
