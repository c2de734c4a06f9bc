/** A set of ids. It keeps the newest `capacity` ids, and remembers whether it has forgotten any. */
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

  /** Whether the id is in the set or may have been in it. Once an id was forgotten, this is true for every id. */
  mayHave(id: number): boolean {
    return this.#forgot || this.#ids.has(id);
  }
}
