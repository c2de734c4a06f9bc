const DEFAULT_RECEIVE_MAXIMUM = 65_535;

export interface PublishWindowOptions {
  /** Messages above QoS 0 that the device takes before it has acknowledged one (MQTT 5 3.1.2.11.3). */
  readonly receiveMaximum: number | undefined;
  /** The largest packet that the device takes (MQTT 5 3.1.2.11.4). */
  readonly maximumPacketSize: number | undefined;
  /** Bytes that may wait for acknowledgements. */
  readonly maxQueuedBytes: number;
}

/** What a device of MQTT 5 lets the broker send it, and what waits until it lets it. */
export class PublishWindow {
  readonly #options: PublishWindowOptions;
  readonly #inFlight = new Set<number>();
  readonly #abandoned = new Set<number>();
  readonly #waiting: { readonly id: number; readonly bytes: Buffer }[] = [];
  #waitingBytes = 0;

  constructor(options: PublishWindowOptions) {
    this.#options = options;
  }

  /** @param id of the packet; undefined for QoS 0, which nobody acknowledges. */
  admit(id: number | undefined, bytes: Buffer): 'send' | 'wait' | 'too-large' | 'overflow' {
    if (bytes.length > (this.#options.maximumPacketSize ?? Number.POSITIVE_INFINITY)) return 'too-large';
    if (id === undefined || this.#inFlight.has(id)) return 'send';
    if (this.#hasRoom && this.#waiting.length === 0) {
      this.#inFlight.add(id);
      return 'send';
    }
    this.#waiting.push({ id, bytes });
    this.#waitingBytes += bytes.length;
    return this.#waitingBytes > this.#options.maxQueuedBytes ? 'overflow' : 'wait';
  }

  acknowledged(id: number): void {
    this.#inFlight.delete(id);
  }

  /** The device knows nothing of this message, or no longer: what the broker still says of it is answered here. */
  abandon(id: number): void {
    this.#inFlight.delete(id);
    this.#abandoned.add(id);
  }

  /** Whether the broker releases a message that was abandoned; with that it is over. */
  wasAbandoned(id: number): boolean {
    return this.#abandoned.delete(id);
  }

  /** What may be sent now. */
  *next(): Generator<Buffer> {
    while (this.#waiting.length > 0 && this.#hasRoom) {
      const { id, bytes } = this.#waiting.shift()!;
      this.#waitingBytes -= bytes.length;
      this.#inFlight.add(id);
      yield bytes;
    }
  }

  get #hasRoom(): boolean {
    return this.#inFlight.size < (this.#options.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM);
  }
}
