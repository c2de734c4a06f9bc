/** How long to wait between tries. */
export interface BackoffOptions {
  /** Longest wait before the first retry, in milliseconds. Default 1000. */
  readonly initialDelayMs?: number;
  /** Ceiling of the wait, in milliseconds. Default 30000. */
  readonly maxDelayMs?: number;
  /** Failures in a row after which it gives up; 1 never tries again. Default: no limit, as with the reference. */
  readonly maxTries?: number;
}

/** Exponential backoff with jitter (H11): the wait doubles with each failure in a row, and lies in its upper half. */
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
    // Jitter keeps a fleet from coming back all at once; the lower half stays empty so that the wait still grows.
    return Math.round(ceiling / 2 + (this.#random() * ceiling) / 2);
  }

  /** A success: the next failure waits the shortest time again. */
  reset(): void {
    this.#failures = 0;
  }
}
