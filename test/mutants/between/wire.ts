import {
  encodeFrame,
  type Message,
  type MessageFormat,
  MessageType,
  type Side,
} from '../../../src/protocol/index.js';

/** A stream as it crosses the wire. */
export interface Passing {
  readonly streamId: number;
  readonly serviceId: string;
  /** Live connections, oldest first; 0 where the stream has no connection ids. */
  readonly connections: Set<number>;
}

/** What a mutant remembers from one WebSocket to the next. */
export interface Memory {
  /** Bytes of an unfinished frame. */
  half: Buffer;
  /** The streams of the WebSocket before. */
  streams: ReadonlyMap<string, Passing>;
}

/** What a wire is part of. */
export interface WireOrigin {
  readonly role: Side;
  readonly version: MessageFormat;
  /** The service ids it was configured with; '' for a bare port. */
  readonly configured: readonly string[];
  readonly memory: Memory;
  /** 1 for the client's first WebSocket. */
  readonly number: number;
  readonly sendUp: (bytes: Uint8Array) => void;
  readonly sendDown: (bytes: Uint8Array) => void;
  readonly drop: () => void;
  readonly crash: () => void;
  readonly exit: (status: number) => void;
}

/** One WebSocket between the good client and the service, as mutants speak of it. */
export class Wire {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly configured: readonly string[];
  readonly memory: Memory;
  readonly number: number;
  /** The newest stream of each service. */
  readonly streams = new Map<string, Passing>();
  /** Nothing passes any more. */
  isDeaf = false;
  readonly #origin: WireOrigin;

  constructor(origin: WireOrigin) {
    this.#origin = origin;
    this.role = origin.role;
    this.version = origin.version;
    this.configured = origin.configured;
    this.memory = origin.memory;
    this.number = origin.number;
  }

  /** Sends tunnel messages or bytes to the service, as if the client had. */
  toService(...parts: readonly (Message | Uint8Array)[]): void {
    for (const part of parts) this.#origin.sendUp(frameBytes(part));
  }

  toClient(...parts: readonly (Message | Uint8Array)[]): void {
    for (const part of parts) this.#origin.sendDown(frameBytes(part));
  }

  /** Cuts TCP on both sides. */
  drop(): null {
    this.#origin.drop();
    return null;
  }

  /** The client seems to end by a signal. */
  crash(): null {
    this.#origin.crash();
    return null;
  }

  /** The client seems to end by itself. */
  exit(status: number): null {
    this.#origin.exit(status);
    return null;
  }

  /** The client seems to hang: its connections stay, and nothing comes of them. */
  hang(): null {
    this.isDeaf = true;
    return null;
  }

  /** The newest stream that the message could belong to: its service's, or the only one. */
  streamOf({ serviceId }: Message): Passing | undefined {
    return this.streams.get(serviceId) ?? (serviceId === '' ? [...this.streams.values()].at(-1) : undefined);
  }

  isCurrent(message: Message): boolean {
    return this.streamOf(message)?.streamId === message.streamId;
  }

  /** Notes what a message does to the streams. */
  follow(value: Message): void {
    const { type, serviceId, streamId, connectionId } = value;
    if (type === MessageType.STREAM_START) {
      this.streams.set(serviceId, { streamId, serviceId, connections: new Set([connectionId]) });
    } else if (type === MessageType.CONNECTION_START) this.streamOf(value)?.connections.add(connectionId);
    else if (type === MessageType.CONNECTION_RESET && this.isCurrent(value)) {
      this.streamOf(value)!.connections.delete(connectionId);
    }
  }
}

export function frameBytes(part: Message | Uint8Array): Uint8Array {
  return part instanceof Uint8Array ? part : encodeFrame(part);
}
