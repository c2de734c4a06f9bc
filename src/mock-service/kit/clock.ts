import { machineTime, type TimeSources } from './time-sources.js';
import { type Due, TimerQueue } from './timer-queue.js';

/** A timer that can be cancelled. Cancelling a timer that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The one clock of the service. All lifetimes, delays and timeouts run on it, so a test can advance them. */
export interface Clock {
  /**
   * The date in milliseconds since the epoch. It may jump, so use it only to say when something happened, not to measure
   * a wait.
   */
  now(): number;
  /** Milliseconds since some fixed moment. It never goes back. Use it to measure durations. */
  elapsed(): number;
  /** Calls back once, `ms` milliseconds from now. Does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
  /** Moves the time forward and fires the timers that come due, in order. */
  advance(ms: number): void;
}

/** Native timers do not count the time of a suspend. The clock notices a suspend at most this long after it ends. */
const LONGEST_NATIVE_MS = 10_000;

/**
 * Real time plus the time that it was advanced by. With `frozen`, only {@link Clock.advance} moves it. Setting the
 * machine's date changes no wait. A suspend counts as if the clock had been advanced by its length. One native timer
 * serves all timers, because many thousands of tunnels may each wait for hours. It is set for the timer that is due next.
 */
export class AdvanceableClock implements Clock {
  readonly #queue = new TimerQueue<Pending>();
  readonly #time: TimeSources;
  readonly #frozen: boolean;
  /** Milliseconds that are added to the machine's date. */
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
        // A callback sees the time at which it was due. It may set timers that come due within this step too.
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

  /** Sets the native timer for the first timer in the queue. */
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
      // If one callback throws, the other timers still fire.
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

  /** Leaves the native timer as it is. If it fires and nothing is due, it is set for the timer that is due next. */
  cancel(): void {
    this.#queue.remove(this);
  }
}
