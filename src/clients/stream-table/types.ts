import type { Message, MessageFormat } from '../../protocol/index.js';

/** One TCP connection through the tunnel. */
export interface Connection {
  readonly stream: Stream;
  /** 0 in the formats V1 and V2, which have one connection a stream. */
  readonly id: number;
}

/** The active stream of a service. */
export interface Stream {
  /** The key under which the table holds it: a service id, or '' if there is none. */
  readonly service: string;
  readonly id: number;
  /** Fixed by the stream's first STREAM_START, and by what this client speaks (X3). */
  readonly format: MessageFormat;
  /** The service id in its messages: '' if it began without one, or if this client speaks V1. */
  readonly wireServiceId: string;
  /** The connection that STREAM_START began. A connection id of 0 means this one (X4, D4). */
  readonly firstConnectionId: number;
  readonly connections: Map<number, Connection>;
}

/** What the table asks of its owner. It opens no socket itself. */
export interface TableActions {
  send(message: Message): void;
  /** Bytes for the local application. */
  deliver(connection: Connection, payload: Uint8Array): void;
  /** The connection has ended in the tunnel: flush what was delivered, then close (S8). Called once. */
  close(connection: Connection): void;
  /** The WebSocket must be closed. */
  failSession(code: number, reason: string): void;
  /** Says why a message was dropped or a stream ended. */
  note(what: string, message: Message): void;
}
