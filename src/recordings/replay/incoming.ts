import { decodeMessage, FrameReader, type Message, MessageType } from '../../protocol/index.js';
import { ByteQueue } from './byte-queue.js';

/** A message of the live peer, or bytes that do not parse as a message. */
export type Incoming = { readonly message: Message } | { readonly unreadable: Uint8Array };

/**
 * The messages of the live peer. The peer may divide bytes into DATA messages as it likes, so the payloads of each
 * connection are joined to a byte stream. All other messages are kept in order.
 */
export class IncomingMessages {
  readonly #reader = new FrameReader((bytes, start, end) => this.#take(bytes.subarray(start, end)));
  readonly #others: Incoming[] = [];
  readonly #data = new Map<string, ByteQueue>();
  #changed: (() => void) | undefined;
  #ended = false;

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    this.#changed?.();
  }

  end(): void {
    this.#ended = true;
    this.#changed?.();
  }

  /** The next message that is not DATA. Undefined if none comes in time, or the peer has ended. */
  async next(timeoutMs: number): Promise<Incoming | undefined> {
    await this.#until(() => this.#others.length > 0, timeoutMs);
    return this.#others.shift();
  }

  /** The next `count` bytes of a connection's DATA, or fewer if not all come in time. */
  async data(of: Message, count: number, timeoutMs: number): Promise<Buffer> {
    const waiting = this.#dataOf(of);
    await this.#until(() => waiting.length >= count, timeoutMs);
    return waiting.take(count);
  }

  /** The messages and bytes that were not taken. */
  get rest(): { readonly others: readonly Incoming[]; readonly dataBytes: number } {
    const dataBytes = [...this.#data.values()].reduce((sum, { length }) => sum + length, 0);
    return { others: this.#others, dataBytes };
  }

  #take(bytes: Uint8Array): void {
    let message: Message;
    try {
      message = decodeMessage(bytes);
    } catch {
      this.#others.push({ unreadable: bytes });
      return;
    }
    if (message.type !== MessageType.DATA) {
      this.#others.push({ message });
      return;
    }
    this.#dataOf(message).push(message.payload);
  }

  #dataOf(message: Message): ByteQueue {
    const key = keyOf(message);
    const known = this.#data.get(key) ?? new ByteQueue();
    this.#data.set(key, known);
    return known;
  }

  async #until(done: () => boolean, timeoutMs: number): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#changed?.();
    }, timeoutMs);
    while (!done() && !late && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    clearTimeout(timer);
    this.#changed = undefined;
  }
}

function keyOf({ serviceId, streamId, connectionId }: Message): string {
  return `${serviceId} ${streamId} ${connectionId}`;
}
