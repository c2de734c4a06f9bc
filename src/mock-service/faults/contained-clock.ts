import type { Clock } from '../kit/index.js';

/** The same clock for one connection: what a timer set on it throws is handed to `onFailure`, and nobody else's. */
export function containedClock(clock: Clock, onFailure: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    advance: (ms) => clock.advance(ms),
    after: (ms, run) => clock.after(ms, contained(run, onFailure)),
  };
}

/** A callback that does not throw. */
export function contained(run: () => void, onFailure: (error: unknown) => void): () => void {
  return () => {
    try {
      run();
    } catch (error) {
      onFailure(error);
    }
  };
}
