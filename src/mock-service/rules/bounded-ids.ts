/** A set of ids that keeps the newest `capacity` of them and knows when it has begun to forget. */
export class BoundedIds {
  readonly #ids = new Set<number>();
  readonly #capacity: number;
  #forgot = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(id: number): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    if (this.#ids.size <= this.#capacity) return;
    const [oldest] = this.#ids;
    this.#ids.delete(oldest!);
    this.#forgot = true;
  }

  /** Whether the id is in the set, or may have been: once something was forgotten, every id gets the benefit. */
  mayHave(id: number): boolean {
    return this.#forgot || this.#ids.has(id);
  }
}
