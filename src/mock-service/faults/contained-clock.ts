import type { Clock } from '../kit/index.js';

/** The same clock for one connection. If a callback of one of its timers throws, `onFailure` gets the error. */
export function containedClock(clock: Clock, onFailure: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    advance: (ms) => clock.advance(ms),
    after: (ms, run) => clock.after(ms, contained(run, onFailure)),
  };
}

/** Wraps a callback. The result does not throw: `onFailure` gets the error. */
export function contained(run: () => void, onFailure: (error: unknown) => void): () => void {
  return () => {
    try {
      run();
    } catch (error) {
      onFailure(error);
    }
  };
}
