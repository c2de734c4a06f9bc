/** A timer that can be called off; calling off one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The clock on which every delay of a client runs, so that a test can move it. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
}

/** Real time, which nobody can set. Its timers keep the process alive: a client that waits to reconnect is at work. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Waits `ms` milliseconds, or rejects with the signal's reason once it is aborted. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const aborted = (): void => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', aborted);
      resolve();
    });
    signal.addEventListener('abort', aborted, { once: true });
  });
}
