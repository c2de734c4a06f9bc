import { uptime } from 'node:os';

/** Where a clock that runs has its time from. All in milliseconds. */
export interface TimeSources {
  /** The date, since the epoch. Somebody may set it, so nothing that is waited for depends on it. */
  date(): number;
  /** How long the machine has been running. It never jumps, and stands while the machine is suspended. */
  running(): number;
  /** How long the machine has been suspended so far. */
  suspended(): number;
}

/** Below this, the difference of two clocks says nothing: one of them counts hundredths, on some systems seconds. */
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

/** Kept as it is when the program starts: a test that fakes the timers of the process does not suspend the machine. */
const running = performance.now.bind(performance);

/** `uptime` counts suspends (CLOCK_BOOTTIME), `performance.now` does not (CLOCK_MONOTONIC). */
function uptimeBeyondRunning(): number {
  return uptime() * 1000 - running();
}
