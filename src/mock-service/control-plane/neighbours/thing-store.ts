/** A thing of AWS IoT. It has as many fields as scripts need that create a thing before they open a tunnel. */
export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A limit, so that clients cannot fill the service's memory. */
export const MAX_THINGS = 10_000;

/** Things by name, in memory. A tunnel may name a thing that is not here: the real service does not check it either. */
export class ThingStore {
  readonly #things = new Map<string, Thing>();

  get(name: string): Thing | undefined {
    return this.#things.get(name);
  }

  put(thing: Thing): void {
    this.#things.set(thing.thingName, thing);
  }

  delete(name: string): void {
    this.#things.delete(name);
  }

  clear(): void {
    this.#things.clear();
  }

  get size(): number {
    return this.#things.size;
  }

  /** The things whose names come after `after`, in the order of their names. */
  list(after = ''): Thing[] {
    return [...this.#things.values()]
      .filter((thing) => thing.thingName > after)
      .sort((one, other) => (one.thingName < other.thingName ? -1 : 1));
  }
}
