import { decodeMessage, encodeFrame, type Message, MessageType } from '../../protocol/index.js';

/**
 * Translates recorded ids into live ids, because ids are different in every run. When the live peer starts a stream or
 * connection that the recorded peer started, its ids replace the recorded ones from then on.
 */
export class IdMap {
  readonly #streams = new Map<string, number>();
  readonly #connections = new Map<string, number>();

  /** Learns ids from a live message that corresponds to the recorded message. */
  learn(recorded: Message, live: Message): void {
    if (recorded.type !== live.type) return;
    const { type, serviceId, streamId, connectionId } = recorded;
    const starts = type === MessageType.STREAM_START || type === MessageType.CONNECTION_START;
    if (!starts) return;
    if (type === MessageType.STREAM_START) this.#streams.set(`${serviceId} ${streamId}`, live.streamId);
    this.#connections.set(`${serviceId} ${streamId} ${connectionId}`, live.connectionId);
  }

  /** A recorded message with the ids of the live conversation. */
  translate(recorded: Message): Message {
    const { serviceId, streamId, connectionId } = recorded;
    return {
      ...recorded,
      streamId: this.#streams.get(`${serviceId} ${streamId}`) ?? streamId,
      connectionId: this.#connections.get(`${serviceId} ${streamId} ${connectionId}`) ?? connectionId,
    };
  }

  /** A recorded frame with the ids of the live conversation. If no id differs, it is the recorded bytes themselves. */
  translateFrame(bytes: Uint8Array): Uint8Array {
    let recorded: Message;
    try {
      recorded = decodeMessage(bytes, 2);
    } catch {
      return bytes;
    }
    const live = this.translate(recorded);
    const same = live.streamId === recorded.streamId && live.connectionId === recorded.connectionId;
    return same ? bytes : encodeFrame(live);
  }
}
