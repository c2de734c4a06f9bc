/**
 * A promise of something that may come. When the wait is given up, it takes nothing: what comes later is there for the
 * next wait. A promise that is derived by `then` can give it up too.
 */
export class Wait<T> extends Promise<T> {
  #giveUp: () => void = () => {};

  /** @param begin as for a promise. It may return a function that ends the wait */
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

  /** The wait takes nothing any more. If nothing has come, the promise stays pending. */
  giveUp(): void {
    this.#giveUp();
  }
}

/** Gives up a promise, if it is a {@link Wait}. */
export function giveUp(what: Promise<unknown>): void {
  if (what instanceof Wait) what.giveUp();
}
