import { Wait } from './wait.js';

/** Items that arrive, and waits for them. Each item is taken once. */
export class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: { wants: (item: T) => boolean; resolve: (item: T) => void }[] = [];
  readonly #weigh: (item: T) => number;
  readonly #onWeight: () => void;
  #weight = 0;

  /**
   * @param weigh what an item counts toward {@link weight}
   * @param onWeight called whenever the weight has changed, so that the sender of the items can be stopped
   */
  constructor(weigh: (item: T) => number = () => 1, onWeight: () => void = () => {}) {
    this.#weigh = weigh;
    this.#onWeight = onWeight;
  }

  /** @internal */
  push(item: T): void {
    const index = this.#waiting.findIndex(({ wants }) => wants(item));
    if (index >= 0) {
      this.#waiting.splice(index, 1)[0]!.resolve(item);
      return;
    }
    this.#items.push(item);
    this.#changes(this.#weigh(item));
  }

  /**
   * The first item that the predicate accepts, already there or later. A wait that is given up, or whose signal is
   * aborted, takes nothing and never ends.
   */
  take(wants: (item: T) => boolean = () => true, signal?: AbortSignal): Wait<T> {
    const index = this.#items.findIndex(wants);
    const there = index < 0 ? undefined : { item: this.#remove(index) };
    return new Wait((resolve) => {
      if (there !== undefined) return resolve(there.item);
      const forget = (): void => {
        signal?.removeEventListener('abort', forget);
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
      };
      const waiter = {
        wants,
        resolve: (item: T): void => {
          signal?.removeEventListener('abort', forget);
          resolve(item);
        },
      };
      if (signal?.aborted === true) return;
      this.#waiting.push(waiter);
      signal?.addEventListener('abort', forget, { once: true });
      return forget;
    });
  }

  /** The items that have arrived and that no step has taken. */
  get untaken(): readonly T[] {
    return this.#items;
  }

  /**
   * The weight of all these items together.
   * @internal
   */
  get weight(): number {
    return this.#weight;
  }

  /** Takes all items that the predicate accepts and that are there now. */
  drain(wants: (item: T) => boolean = () => true): T[] {
    const taken = this.#items.filter(wants);
    for (const item of taken) this.#remove(this.#items.indexOf(item));
    return taken;
  }

  #remove(index: number): T {
    const item = this.#items.splice(index, 1)[0]!;
    this.#changes(-this.#weigh(item));
    return item;
  }

  #changes(by: number): void {
    this.#weight += by;
    this.#onWeight();
  }
}
