import { machineTime, type TimeSources } from './time-sources.js';
import { type Due, TimerQueue } from './timer-queue.js';

/** A timer that can be called off. Calling off one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The one clock of the service: lifetimes, delays and timeouts all run on it, so that a test can advance it. */
export interface Clock {
  /** The date in milliseconds since the epoch, which may jump: it tells when something was, and nothing is waited for by it. */
  now(): number;
  /** Milliseconds since some fixed moment. It never goes back, and is what durations are measured by. */
  elapsed(): number;
  /** Calls back once, `ms` milliseconds from now. Does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
  /** Moves the time forward and fires what comes due, in order. */
  advance(ms: number): void;
}

/** So soon after the end of a suspend it is noticed: native timers do not count it. */
const LONGEST_NATIVE_MS = 10_000;

/**
 * Real time plus what it was advanced by. With `frozen`, only {@link Clock.advance} moves it. A date that is set on the
 * machine changes no wait; a suspend counts as if the clock had been advanced by it. One native timer, set for what is due
 * next, serves all timers: a tunnel waits for hours, and there may be many thousands.
 */
export class AdvanceableClock implements Clock {
  readonly #queue = new TimerQueue<Pending>();
  readonly #time: TimeSources;
  readonly #frozen: boolean;
  /** What is added to the date of the machine. */
  readonly #dateOffset: number;
  #advanced = 0;
  #suspended = 0;
  #native: NodeJS.Timeout | undefined;

  constructor(options: { frozen?: boolean; startAt?: number; time?: TimeSources } = {}) {
    const { startAt, time = machineTime() } = options;
    this.#frozen = options.frozen === true;
    const date = time.date();
    this.#time = this.#frozen ? { date: () => date, running: () => 0, suspended: () => 0 } : time;
    this.#dateOffset = startAt === undefined ? 0 : startAt - date;
  }

  now(): number {
    return this.#time.date() + this.#dateOffset + this.#advanced;
  }

  elapsed(): number {
    return this.#time.running() + this.#advanced + this.#suspended;
  }

  after(ms: number, run: () => void): Timer {
    const pending = new Pending(this.elapsed() + ms, run, this.#queue);
    this.#queue.add(pending);
    if (this.#queue.first === pending) this.#arm();
    return pending;
  }

  advance(ms: number): void {
    const target = this.elapsed() + ms;
    try {
      for (let next = this.#dueBy(target); next !== undefined; next = this.#dueBy(target)) {
        // A callback sees the time at which it was due, and may set timers that come due within this step too.
        this.#advanced += Math.max(0, next.dueAt - this.elapsed());
        this.#fire(next);
      }
    } finally {
      this.#advanced += Math.max(0, target - this.elapsed());
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
    if (next === undefined || this.#frozen) return;
    const wait = Math.max(0, Math.ceil(next.dueAt - this.elapsed()));
    this.#native = setTimeout(this.#wake, Math.min(wait, LONGEST_NATIVE_MS));
    this.#native.unref();
  }

  readonly #wake = (): void => {
    try {
      this.#suspended = this.#time.suspended();
      for (let next = this.#dueBy(this.elapsed()); next !== undefined; next = this.#dueBy(this.elapsed()))
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
