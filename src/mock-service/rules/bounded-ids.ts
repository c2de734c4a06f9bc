/** How many ids several sets may hold together. */
export interface Room {
  /** Takes room for `count` ids. Returns whether there was room. */
  take(count: number): boolean;
}

/** A set of ids. It keeps the newest ids for which there is room, and remembers whether it has forgotten any. */
export class BoundedIds {
  readonly #ids = new Set<number>();
  readonly #room: Room;
  #forgot = false;

  constructor(room: Room) {
    this.#room = room;
  }

  add(id: number): void {
    const isKnown = this.#ids.delete(id);
    if (isKnown || this.#room.take(1)) {
      this.#ids.add(id);
      return;
    }
    this.#forgot = true;
    const [oldest] = this.#ids;
    if (oldest === undefined) return;
    this.#ids.delete(oldest);
    this.#ids.add(id);
  }

  /** Whether the id is in the set or may have been in it. Once an id was forgotten, this is true for every id. */
  mayHave(id: number): boolean {
    return this.#forgot || this.#ids.has(id);
  }
}
