/** A thing of AWS IoT. It has as many fields as scripts need that create a thing before they open a tunnel. */
export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A limit, so that clients cannot fill the service's memory: a thing may have 50 attributes of 928 characters. */
export const MAX_THINGS = 1000;

/** Things by name, in memory. A tunnel may name a thing that is not here: the real service does not check it either. */
export class ThingStore {
  readonly #things = new Map<string, Thing>();
  /** The names of all things, sorted. */
  readonly #names: string[] = [];

  get(name: string): Thing | undefined {
    return this.#things.get(name);
  }

  put(thing: Thing): void {
    const { thingName } = thing;
    if (!this.#things.has(thingName)) this.#names.splice(this.#placeOf(thingName), 0, thingName);
    this.#things.set(thingName, thing);
  }

  delete(name: string): void {
    if (this.#things.delete(name)) this.#names.splice(this.#placeOf(name), 1);
  }

  clear(): void {
    this.#things.clear();
    this.#names.length = 0;
  }

  get size(): number {
    return this.#things.size;
  }

  /** The first `count` things whose names come after `after`, in the order of their names. */
  list(after: string, count: number): Thing[] {
    const place = this.#placeOf(after);
    const start = this.#names[place] === after ? place + 1 : place;
    return this.#names.slice(start, start + count).map((name) => this.#things.get(name)!);
  }

  /** How many names come before this one. */
  #placeOf(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#names[middle]! < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
