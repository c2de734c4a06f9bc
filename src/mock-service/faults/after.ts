import type { Clock } from '../kit/index.js';
import type { Undo } from './kind.js';

/**
 * Runs something after so many milliseconds of the service's clock; 0 is at once, but behind what a new connection is
 * greeted with. Returns how to call it off.
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
