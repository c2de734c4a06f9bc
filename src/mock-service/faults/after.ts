import type { Clock } from '../kit/index.js';
import type { Undo } from './kind.js';

/**
 * Runs a callback after `ms` milliseconds of the service's clock. 0 means at once, but after the first messages to a new
 * connection. Returns a function that cancels it.
 */
export function after(clock: Clock, ms: number, run: () => void): Undo {
  let off = false;
  const runUnlessOff = (): void => {
    if (!off) run();
  };
  if (ms === 0) queueMicrotask(runUnlessOff);
  const timer = ms === 0 ? undefined : clock.after(ms, runUnlessOff);
  return () => {
    off = true;
    timer?.cancel();
  };
}
