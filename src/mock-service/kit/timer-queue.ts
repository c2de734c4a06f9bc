/** An entry that is due at a certain time. */
export interface Due {
  /** In milliseconds, as in `Clock.elapsed`. */
  readonly dueAt: number;
  /** The entry's index in the heap; -1 if it is not in the queue. Only the queue sets it. */
  place: number;
  /** Keeps entries that are due at the same time in the order in which they were added. Only the queue sets it. */
  turn: number;
}

/** Finds the entry that is due next. It is a binary heap; each entry knows its index, so it can be removed quickly. */
export class TimerQueue<T extends Due> {
  readonly #heap: T[] = [];
  #turns = 0;

  get first(): T | undefined {
    return this.#heap[0];
  }

  add(entry: T): void {
    entry.turn = this.#turns++;
    this.#heap.push(entry);
    this.#rise(entry, this.#heap.length - 1);
  }

  /** Does nothing for an entry that is not in the queue. */
  remove(entry: T): void {
    const at = entry.place;
    if (at < 0) return;
    entry.place = -1;
    const last = this.#heap.pop()!;
    if (last === entry) return;
    this.#sink(last, at);
    this.#rise(last, last.place);
  }

  #rise(entry: T, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      this.#put(heap[parent]!, at);
      at = parent;
    }
    this.#put(entry, at);
  }

  #sink(entry: T, from: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      this.#put(heap[child]!, at);
      at = child;
    }
    this.#put(entry, at);
  }

  #put(entry: T, at: number): void {
    this.#heap[at] = entry;
    entry.place = at;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.turn < b.turn);
}
