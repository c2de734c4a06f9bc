/**
 * A promise of something that may come. Whoever waits no longer gives it up, and then it takes nothing: what comes later
 * is there for the next who asks. What is derived from it by `then` gives it up too.
 */
export class Wait<T> extends Promise<T> {
  #giveUp: () => void = () => {};

  /** @param begin as for a promise; returns what ends the wait, if anything does. */
  constructor(
    begin: (resolve: (value: T | PromiseLike<T>) => void, reject: (error: unknown) => void) => unknown,
  ) {
    let end: unknown;
    super((resolve, reject) => {
      end = begin(resolve, reject);
    });
    if (typeof end === 'function') this.#giveUp = end as () => void;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Wait<A | B> {
    const derived = super.then(onValue, onError) as Wait<A | B>;
    derived.#giveUp = () => this.giveUp();
    return derived;
  }

  /** Nothing is taken any more; the promise stays open where nothing had come. */
  giveUp(): void {
    this.#giveUp();
  }
}

/** Gives up what can be given up. */
export function giveUp(what: Promise<unknown>): void {
  if (what instanceof Wait) what.giveUp();
}
