/** Something due at a time. */
export interface Due {
  /** Milliseconds, on the clock that durations are measured by. */
  readonly dueAt: number;
  /** Where the queue keeps it, -1 outside of it: the queue's own. */
  place: number;
  /** Orders what is due at the same time as it was added: the queue's own. */
  turn: number;
}

/** What is due next, of many: a binary heap in which each entry knows its place, so that it can be taken out. */
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
