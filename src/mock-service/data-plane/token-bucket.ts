import type { Clock } from '../kit/index.js';

/** Limits a rate. `take` never refuses: it says how long to wait before taking more (W5). `tryTake` may refuse. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #filledAt: number;

  /** The bucket begins full and holds at most `capacity` tokens. */
  constructor(clock: Clock, perSecond: number, capacity: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#filledAt = clock.elapsed();
  }

  /**
   * Takes tokens, even if there are too few. Returns the milliseconds until the missing tokens are there again; 0 if
   * none are missing.
   */
  take(count: number): number {
    this.#fill();
    this.#tokens -= count;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1000) / this.#perSecond);
  }

  /** Takes one token if there is one. */
  tryTake(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const now = this.#clock.elapsed();
    const gained = ((now - this.#filledAt) * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#capacity, this.#tokens + gained);
    this.#filledAt = now;
  }
}
