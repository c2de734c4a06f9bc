/** A thing as IoT knows it: enough of it for scripts that make one before they open a tunnel. */
export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A bound on what clients can make the service keep. */
export const MAX_THINGS = 10_000;

/** Things, by name, in memory. A tunnel may name a thing that is not here: the real service does not ask either. */
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

  /** In order of their names, those after `after`. */
  list(after = ''): Thing[] {
    return [...this.#things.values()]
      .filter((thing) => thing.thingName > after)
      .sort((one, other) => (one.thingName < other.thingName ? -1 : 1));
  }
}
