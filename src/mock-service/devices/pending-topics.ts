const FAILURE = 0x80;
const SUCCESS = 0;
const NO_SUBSCRIPTION_EXISTED = 0x11;

/** Topics that a device has asked for: MQTT 5 answers each by a code of its own, 3.1.1 not always. */
export class PendingTopics {
  readonly #asked = new Map<number, readonly string[]>();
  readonly #subscribed = new Set<string>();
  /** Whether there may be subscriptions that were made before. */
  resumed = false;

  /** Of a SUBSCRIBE or an UNSUBSCRIBE; their ids are of one kind. */
  asked(id: number, topics: readonly string[]): void {
    this.#asked.set(id, topics);
  }

  /** @param granted one code for each topic, those that were named twice counted once, as the broker does. */
  subscribed(id: number, granted: readonly number[]): number[] {
    const topics = this.#take(id);
    const codes = new Map([...new Set(topics)].map((topic, at) => [topic, granted[at] ?? FAILURE]));
    for (const [topic, code] of codes) if (code < FAILURE) this.#subscribed.add(topic);
    return topics.map((topic) => codes.get(topic)!);
  }

  unsubscribed(id: number): number[] {
    return this.#take(id).map((topic) =>
      this.#subscribed.delete(topic) || this.resumed ? SUCCESS : NO_SUBSCRIPTION_EXISTED,
    );
  }

  #take(id: number): readonly string[] {
    const topics = this.#asked.get(id) ?? [];
    this.#asked.delete(id);
    return topics;
  }
}
