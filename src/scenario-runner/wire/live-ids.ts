import { MAX_PAYLOAD_BYTES, type Message, MessageType, type Side } from '../../protocol/index.js';
import type { TriggerCode } from '../verdicts/index.js';

interface Stream {
  readonly streamId: number;
  readonly connections: Set<number>;
}

/**
 * The streams of one WebSocket, followed by what crosses it. It tells what a message of the service is to the client that gets
 * it: an ordinary one, the end of something, or one that belongs to nothing.
 */
export class LiveIds {
  readonly #side: Side;
  readonly #services: () => readonly string[];
  /** The newest stream of each service. */
  readonly #streams = new Map<string, Stream>();

  constructor(side: Side, services: () => readonly string[]) {
    this.#side = side;
    this.#services = services;
  }

  /** A message of the client. */
  received(value: Message): void {
    this.#follow(value);
  }

  /** A message of the service: what it is, where that may be what the client goes wrong over. */
  sent(value: Message): TriggerCode | undefined {
    const trigger = this.#triggerOf(value);
    this.#follow(value);
    return trigger;
  }

  #triggerOf(value: Message): TriggerCode | undefined {
    const { type, connectionId } = value;
    const stream = this.#find(value);
    const isKnown = stream !== undefined && (connectionId === 0 || stream.connections.has(connectionId));
    switch (type) {
      case MessageType.DATA:
        if (value.payload.length > MAX_PAYLOAD_BYTES) return 'payload-over-64512-bytes';
        if (stream === undefined) return 'stale-DATA';
        if (connectionId === 0 && !stream.connections.has(0)) return 'message-without-connection-id';
        return isKnown ? undefined : 'data-of-an-unknown-connection';
      case MessageType.STREAM_RESET:
        return stream === undefined ? 'stale-STREAM_RESET' : 'STREAM_RESET';
      case MessageType.CONNECTION_RESET:
        if (stream === undefined) return 'stale-CONNECTION_RESET';
        return isKnown ? 'CONNECTION_RESET' : 'connection-reset-of-an-unknown-connection';
      case MessageType.STREAM_START:
        if (value.serviceId !== '' && !this.#services().includes(value.serviceId))
          return 'start-of-an-unknown-service';
        return this.#side === 'source' || this.#streams.has(value.serviceId) ? 'STREAM_START' : undefined;
      case MessageType.CONNECTION_START:
        if (this.#side === 'source') return 'CONNECTION_START';
        return isKnown ? 'CONNECTION_START' : 'further-connection';
      case MessageType.SESSION_RESET:
        return 'SESSION_RESET';
      case MessageType.SERVICE_IDS:
        return 'SERVICE_IDS';
      default:
        return 'message-of-an-unknown-type';
    }
  }

  #follow(value: Message): void {
    const { type, serviceId, streamId, connectionId } = value;
    const stream = this.#find(value);
    if (type === MessageType.STREAM_START) {
      this.#streams.set(serviceId, { streamId, connections: new Set([connectionId]) });
    } else if (type === MessageType.CONNECTION_START) stream?.connections.add(connectionId);
    else if (type === MessageType.CONNECTION_RESET) stream?.connections.delete(connectionId);
    else if (type === MessageType.SESSION_RESET) this.#streams.clear();
    else if (type === MessageType.STREAM_RESET && stream !== undefined) {
      for (const [key, each] of this.#streams) if (each === stream) this.#streams.delete(key);
    }
  }

  /** The stream that a message is of; one without service id may be of any service (M8, X1). */
  #find({ serviceId, streamId }: Message): Stream | undefined {
    const candidates = [this.#streams.get(serviceId), ...(serviceId === '' ? this.#streams.values() : [])];
    const unnamed = this.#streams.get('');
    return [...candidates, unnamed].find((stream) => stream?.streamId === streamId);
  }
}
