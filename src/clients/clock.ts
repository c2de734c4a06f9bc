/** A timer that can be cancelled. Cancelling a timer that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The clock for all delays of a client. A test can replace it. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
}

/**
 * Real time; setting the machine's date does not change it. Its timers keep the process alive, so a client can wait to
 * reconnect.
 */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Waits `ms` milliseconds. Rejects with the signal's reason when the signal is aborted. */
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
