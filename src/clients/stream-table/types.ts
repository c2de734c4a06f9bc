import type { Message, MessageFormat } from '../../protocol/index.js';

/** One TCP connection through the tunnel. */
export interface Connection {
  readonly stream: Stream;
  /** 0 in the formats V1 and V2, which have one connection for each stream. */
  readonly id: number;
}

/** The active stream of a service. */
export interface Stream {
  /** The key in the table: a service id, or '' if there is none. */
  readonly service: string;
  readonly id: number;
  /** The format of the stream's STREAM_START (X3), but not newer than the format that this client speaks. */
  readonly format: MessageFormat;
  /** The service id in its messages: '' if it began without one, or if this client speaks V1. */
  readonly wireServiceId: string;
  /** The id of the connection that STREAM_START began. A connection id of 0 means this one (X4, D4). */
  readonly firstConnectionId: number;
  readonly connections: Map<number, Connection>;
}

/** The actions that the table's owner carries out. The table opens no socket itself. */
export interface TableActions {
  send(message: Message): void;
  /** Delivers bytes to the local application. */
  deliver(connection: Connection, payload: Uint8Array): void;
  /** The connection has ended in the tunnel. Flushes the delivered bytes, then closes (S8). Called once. */
  close(connection: Connection): void;
  /** Closes the WebSocket because of an error. */
  failSession(code: number, reason: string): void;
  /** Says why a message was dropped or a stream ended. */
  note(what: string, message: Message): void;
}
