/** A scenario may run for this long, from wait to wait, without a turn of the event loop, in milliseconds. */
const LONGEST_TURN_MS = 20;
let turnBegan: number | undefined;

/**
 * Lets the event loop turn, if it has not turned for a while. Every wait of a scenario ends with this. Otherwise a
 * scenario that only waits for promises that are already resolved would block timers, sockets and signals.
 */
export async function letLoopTurn(): Promise<void> {
  if (turnBegan === undefined) {
    turnBegan = performance.now();
    setImmediate(() => {
      turnBegan = undefined;
    });
  } else if (performance.now() - turnBegan > LONGEST_TURN_MS) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
