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

interface Pending extends Timer {
  readonly dueAt: number;
  readonly run: () => void;
  native: NodeJS.Timeout | undefined;
}

/** Longer native timers fire at once, so a long wait is taken in steps. */
const LONGEST_NATIVE_MS = 2 ** 31 - 1;

/** Real time plus what it was advanced by. With `frozen` it stands still but for {@link Clock.advance}. */
export class AdvanceableClock implements Clock {
  readonly #pending = new Set<Pending>();
  readonly #frozenAt: number | undefined;
  #offset = 0;

  constructor(options: { frozen?: boolean; startAt?: number } = {}) {
    if (options.frozen === true) this.#frozenAt = options.startAt ?? Date.now();
    else this.#offset = options.startAt === undefined ? 0 : options.startAt - Date.now();
  }

  now(): number {
    return (this.#frozenAt ?? Date.now()) + this.#offset;
  }

  after(ms: number, run: () => void): Timer {
    const pending: Pending = {
      dueAt: this.now() + ms,
      run,
      native: undefined,
      cancel: () => {
        clearTimeout(pending.native);
        this.#pending.delete(pending);
      },
    };
    this.#pending.add(pending);
    this.#arm(pending);
    return pending;
  }

  advance(ms: number): void {
    const target = this.now() + ms;
    for (let next = this.#earliest(target); next !== undefined; next = this.#earliest(target)) {
      // A callback sees the time at which it was due, and may set timers that come due within this step too.
      this.#offset += Math.max(0, next.dueAt - this.now());
      this.#fire(next);
    }
    this.#offset += Math.max(0, target - this.now());
    for (const pending of this.#pending) this.#arm(pending);
  }

  #earliest(until: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.dueAt <= until && (earliest === undefined || pending.dueAt < earliest.dueAt))
        earliest = pending;
    }
    return earliest;
  }

  #arm(pending: Pending): void {
    clearTimeout(pending.native);
    if (this.#frozenAt !== undefined) return;
    const wait = Math.max(0, pending.dueAt - this.now());
    pending.native = setTimeout(
      () => {
        if (pending.dueAt > this.now()) this.#arm(pending);
        else this.#fire(pending);
      },
      Math.min(wait, LONGEST_NATIVE_MS),
    );
    pending.native.unref();
  }

  #fire(pending: Pending): void {
    pending.cancel();
    pending.run();
  }
}
