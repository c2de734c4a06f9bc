import type { Clock } from '../../../src/clients/clock.js';
import { within } from '../../support/within.js';

interface Pending {
  readonly dueAt: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  readonly #pending = new Set<Pending>();
  #waiting: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): { cancel(): void } {
    const pending = { dueAt: this.#now + ms, run };
    this.#pending.add(pending);
    for (const wake of this.#waiting.splice(0)) wake();
    return { cancel: () => this.#pending.delete(pending) };
  }

  /** Moves the time on and fires what comes due, in order. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (;;) {
      const due = [...this.#pending]
        .filter(({ dueAt }) => dueAt <= target)
        .sort((a, b) => a.dueAt - b.dueAt)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.dueAt);
      this.#pending.delete(due);
      due.run();
    }
    this.#now = target;
  }

  /** Milliseconds until each timer that is set. */
  get delays(): number[] {
    return [...this.#pending].map(({ dueAt }) => dueAt - this.#now).sort((a, b) => a - b);
  }

  /** Waits until a timer is set that comes due within these bounds, in milliseconds from now. */
  timer(least: number, most: number): Promise<number> {
    const check = async (): Promise<number> => {
      for (;;) {
        const found = this.delays.find((delay) => delay >= least && delay <= most);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    };
    return within(check(), `a timer of ${least} to ${most} ms`);
  }
}
