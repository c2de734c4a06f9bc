import { ServiceError } from '../kit/index.js';
import { OrderedTunnels } from './ordered-tunnels.js';
import type { TunnelRecord } from './tunnel.js';

/** Characters of all tunnels' service ids, descriptions and tags together. */
const MAX_TEXT = 32 * 1024 * 1024;
/** What a string takes beside its characters. */
const STRING_OVERHEAD = 32;

/** The texts that a tunnel is opened with. */
export interface TunnelTexts {
  readonly services?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly tags?: ReadonlyMap<string, string> | undefined;
}

export interface TunnelStoreOptions {
  /** Closed tunnels at most; the one that was closed first is forgotten earlier than it would be. */
  readonly maxClosed: number;
  readonly forget: (record: TunnelRecord) => void;
}

/** The tunnels that a service keeps, with a limit on what they take together. */
export class TunnelStore {
  readonly #options: TunnelStoreOptions;
  readonly #all = new Map<string, TunnelRecord>();
  readonly #visible = new OrderedTunnels<TunnelRecord>();
  readonly #ofThing = new Map<string, OrderedTunnels<TunnelRecord>>();
  /** In the order in which they were closed. */
  readonly #closed = new Set<TunnelRecord>();
  readonly #texts = new Map<TunnelRecord, number>();
  #text = 0;

  constructor(options: TunnelStoreOptions) {
    this.#options = options;
  }

  get openCount(): number {
    return this.#all.size - this.#closed.size;
  }

  /** All, in the order of their opening, those included that are not to be seen any more. */
  all(): TunnelRecord[] {
    return [...this.#all.values()];
  }

  get(id: string): TunnelRecord | undefined {
    return this.#all.get(id);
  }

  /**
   * Makes room for a tunnel with these texts, or for others of one that is there: closed tunnels are forgotten for it.
   * @throws {ServiceError} LIMIT_EXCEEDED where those of the open ones take all of it.
   */
  checkRoom(texts: TunnelTexts, instead?: TunnelRecord): void {
    const more = lengthOf(texts) - (instead === undefined ? 0 : (this.#texts.get(instead) ?? 0));
    for (const oldest of this.#closed) {
      if (this.#text + more <= MAX_TEXT) return;
      this.#options.forget(oldest);
    }
    if (this.#text + more <= MAX_TEXT) return;
    const what = `The texts of all open tunnels together may have ${MAX_TEXT} characters`;
    throw new ServiceError(
      'LIMIT_EXCEEDED',
      `${what}; close some, or open them with fewer services and tags`,
    );
  }

  add(record: TunnelRecord): void {
    this.#all.set(record.id, record);
    this.#show(record);
    this.weigh(record);
  }

  /** The texts of a tunnel have changed. */
  weigh(record: TunnelRecord): void {
    if (!this.#all.has(record.id)) return;
    const now = lengthOf(record);
    this.#text += now - (this.#texts.get(record) ?? 0);
    this.#texts.set(record, now);
  }

  /** Names another thing from now on. */
  rename(record: TunnelRecord, thingName: string): void {
    this.hide(record);
    record.thingName = thingName;
    this.#show(record);
  }

  close(record: TunnelRecord): void {
    this.#closed.add(record);
    const [oldest] = this.#closed;
    if (this.#closed.size > this.#options.maxClosed) this.#options.forget(oldest!);
  }

  /** It is not listed any more, though it is still there. */
  hide(record: TunnelRecord): void {
    this.#visible.remove(record);
    const { thingName } = record;
    if (thingName === undefined) return;
    const others = this.#ofThing.get(thingName);
    others?.remove(record);
    if (others?.size === 0) this.#ofThing.delete(thingName);
  }

  remove(record: TunnelRecord): void {
    this.hide(record);
    this.#closed.delete(record);
    this.#all.delete(record.id);
    this.#text -= this.#texts.get(record) ?? 0;
    this.#texts.delete(record);
  }

  /** Newest first, of those that were opened before a number, of a thing or of all. */
  newest(before?: number, thingName?: string): Iterable<TunnelRecord> {
    const listed = thingName === undefined ? this.#visible : this.#ofThing.get(thingName);
    return listed?.newest(before) ?? [];
  }

  #show(record: TunnelRecord): void {
    this.#visible.add(record);
    const { thingName } = record;
    if (thingName === undefined) return;
    const others = this.#ofThing.get(thingName) ?? new OrderedTunnels<TunnelRecord>();
    this.#ofThing.set(thingName, others);
    others.add(record);
  }
}

function lengthOf({ services = [], description = '', tags = new Map() }: TunnelTexts): number {
  let length = description.length;
  for (const id of services) length += id.length + STRING_OVERHEAD;
  for (const [key, value] of tags) length += key.length + value.length + 2 * STRING_OVERHEAD;
  return length;
}
