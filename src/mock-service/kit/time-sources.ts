import { uptime } from 'node:os';

/** The sources from which a running clock gets its time. All are in milliseconds. */
export interface TimeSources {
  /** The date, since the epoch. Somebody may set it, so no wait may depend on it. */
  date(): number;
  /** How long the machine has been running. It never jumps, and stops while the machine is suspended. */
  running(): number;
  /** How long the machine has been suspended so far. */
  suspended(): number;
}

/**
 * A smaller difference between the two clocks is not taken for a suspend. One of the clocks has a resolution of 10 ms,
 * and on some systems of a second.
 */
const SHORTEST_SUSPEND_MS = 5000;

/** The machine's own clocks. */
export function machineTime(): TimeSources {
  let known = uptimeBeyondRunning();
  let suspended = 0;
  return {
    date: () => Date.now(),
    running: () => performance.now(),
    suspended() {
      const now = uptimeBeyondRunning();
      if (now - known < SHORTEST_SUSPEND_MS) return suspended;
      suspended += now - known;
      known = now;
      return suspended;
    },
  };
}

/** The original function. A test that fakes the timers of the process must not look like a suspend. */
const running = performance.now.bind(performance);

/** `uptime` counts suspends (CLOCK_BOOTTIME), `performance.now` does not (CLOCK_MONOTONIC). */
function uptimeBeyondRunning(): number {
  return uptime() * 1000 - running();
}
