import type { Timer } from '../kit/index.js';
import type { FaultEnvironment, Undo } from './kind.js';

/** The most runs in one turn of the event loop. Otherwise, advancing the clock by a day could cause millions of runs. */
const MOST_IN_A_TURN = 100;

/** Runs a callback every `ms` milliseconds of the service's clock. Returns a function that stops it. */
export function every(
  { clock, nextTurn }: Pick<FaultEnvironment, 'clock' | 'nextTurn'>,
  ms: number,
  run: () => void,
): Undo {
  let timer: Timer | undefined;
  let endTurn: Undo | undefined;
  let runs = 0;
  const wait = (): void => {
    timer = clock.after(ms, tick);
  };
  const tick = (): void => {
    timer = undefined;
    runs++;
    endTurn ??= nextTurn(() => {
      endTurn = undefined;
      runs = 0;
      if (timer === undefined) wait();
    });
    if (runs < MOST_IN_A_TURN) wait();
    run();
  };
  wait();
  return () => {
    timer?.cancel();
    endTurn?.();
  };
}
