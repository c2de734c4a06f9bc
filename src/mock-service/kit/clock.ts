import { type Due, TimerQueue } from './timer-queue.js';

/** A timer that can be called off. Calling off one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The one clock of the service: lifetimes, delays and timeouts all run on it, so that a test can advance it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. Does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
  /** Moves the time forward and fires what comes due, in order. */
  advance(ms: number): void;
}

/** Longer native timers fire at once, so a long wait is taken in steps. */
const LONGEST_NATIVE_MS = 2 ** 31 - 1;

/**
 * Real time plus what it was advanced by. With `frozen`, only {@link Clock.advance} moves it. One native timer, set for what
 * is due next, serves all timers: a tunnel waits for hours, and there may be many thousands.
 */
export class AdvanceableClock implements Clock {
  readonly #queue = new TimerQueue<Pending>();
  readonly #frozenAt: number | undefined;
  #offset = 0;
  #native: NodeJS.Timeout | undefined;

  constructor(options: { frozen?: boolean; startAt?: number } = {}) {
    if (options.frozen === true) this.#frozenAt = options.startAt ?? Date.now();
    else this.#offset = options.startAt === undefined ? 0 : options.startAt - Date.now();
  }

  now(): number {
    return (this.#frozenAt ?? Date.now()) + this.#offset;
  }

  after(ms: number, run: () => void): Timer {
    const pending = new Pending(this.now() + ms, run, this.#queue);
    this.#queue.add(pending);
    if (this.#queue.first === pending) this.#arm();
    return pending;
  }

  advance(ms: number): void {
    const target = this.now() + ms;
    try {
      for (let next = this.#dueBy(target); next !== undefined; next = this.#dueBy(target)) {
        // A callback sees the time at which it was due, and may set timers that come due within this step too.
        this.#offset += Math.max(0, next.dueAt - this.now());
        this.#fire(next);
      }
    } finally {
      this.#offset += Math.max(0, target - this.now());
      this.#arm();
    }
  }

  #dueBy(until: number): Pending | undefined {
    const next = this.#queue.first;
    return next !== undefined && next.dueAt <= until ? next : undefined;
  }

  /** Sets the native timer for what is first in the queue. */
  #arm(): void {
    clearTimeout(this.#native);
    const next = this.#queue.first;
    if (next === undefined || this.#frozenAt !== undefined) return;
    const wait = Math.max(0, next.dueAt - this.now());
    this.#native = setTimeout(this.#wake, Math.min(wait, LONGEST_NATIVE_MS));
    this.#native.unref();
  }

  readonly #wake = (): void => {
    try {
      for (let next = this.#dueBy(this.now()); next !== undefined; next = this.#dueBy(this.now()))
        this.#fire(next);
    } finally {
      // What one of them throws does not keep the others from firing.
      this.#arm();
    }
  };

  #fire(pending: Pending): void {
    this.#queue.remove(pending);
    pending.run();
  }
}

class Pending implements Timer, Due {
  place = -1;
  turn = 0;
  readonly #queue: TimerQueue<Pending>;

  constructor(
    readonly dueAt: number,
    readonly run: () => void,
    queue: TimerQueue<Pending>,
  ) {
    this.#queue = queue;
  }

  /** The native timer stays as it is: when it fires and nothing is due, it is set for what comes next. */
  cancel(): void {
    this.#queue.remove(this);
  }
}
