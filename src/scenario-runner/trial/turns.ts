/** How long a scenario may go from wait to wait without the event loop having turned, in milliseconds. */
const LONGEST_TURN_MS = 20;
let turnBegan: number | undefined;

/**
 * Lets the event loop turn, where it has not for a while. Every wait of a scenario ends with this: one that goes round and
 * round in promises alone would keep timers, sockets and signals from ever being looked at.
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
