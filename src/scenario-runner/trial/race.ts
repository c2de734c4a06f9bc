import { giveUp, Wait } from './wait.js';

/** One race that waits for a promise. */
interface Racer {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that has been in a race. */
interface Contender {
  readonly racers: Set<Racer>;
  settle?: (racer: Racer) => void;
}

const contenders = new WeakMap<Promise<unknown>, Contender>();

/**
 * The first of several promises. A {@link Wait} that has lost is given up: it takes nothing later.
 *
 * Use it instead of Promise.race for promises that live longer than the race, such as a client's exit. Promise.race
 * keeps its result in memory until every promise has settled. If a gigabyte is awaited piece by piece beside the
 * client's exit, all of it stays in memory. This race is forgotten by all promises when it is over.
 */
export function race<T extends readonly unknown[] | []>(promises: T): Wait<Awaited<T[number]>>;
export function race(promises: readonly Promise<unknown>[]): Wait<unknown> {
  return new Wait<unknown>((resolve, reject) => {
    const entered = promises.map(contenderOf);
    let isOver = false;
    const over = (): void => {
      isOver = true;
      for (const { racers } of entered) racers.delete(racer);
      for (const promise of promises) giveUp(promise);
    };
    const racer: Racer = {
      resolve: (value) => {
        over();
        resolve(value);
      },
      reject: (error) => {
        over();
        reject(error);
      },
    };
    for (const { racers, settle } of entered) {
      if (isOver) break;
      if (settle === undefined) racers.add(racer);
      else settle(racer);
    }
    return over;
  });
}

/** The number of races that wait for a promise now. */
export function racesOf(promise: Promise<unknown>): number {
  return contenders.get(promise)?.racers.size ?? 0;
}

function contenderOf(promise: Promise<unknown>): Contender {
  const known = contenders.get(promise);
  if (known !== undefined) return known;
  const contender: Contender = { racers: new Set() };
  contenders.set(promise, contender);
  const settled = (settle: (racer: Racer) => void): void => {
    contender.settle = settle;
    for (const racer of contender.racers) settle(racer);
  };
  promise.then(
    (value) => settled((racer) => racer.resolve(value)),
    (error: unknown) => settled((racer) => racer.reject(error)),
  );
  return contender;
}
