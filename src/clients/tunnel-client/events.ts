import { EventEmitter } from 'node:events';
import { ClientError } from '../errors.js';
import type { ExitReason } from '../tunnel-connection/index.js';

/** The events of a running client. Listen to them with `on`. */
export interface ClientEvents {
  /** A WebSocket to the service is open. */
  connected: [{ readonly channelId: string | undefined }];
  /** The WebSocket is gone. All local connections close. */
  disconnected: [{ readonly message: string }];
  /** The client will try again in `delayMs` milliseconds. */
  retrying: [{ readonly delayMs: number; readonly because: string }];
  /** The client is ready: at the start, and after each reconnect. */
  ready: [];
  /** A source listens on one more port. */
  listening: [{ readonly service: string; readonly host: string; readonly port: number }];
  /** A connection through the tunnel began. */
  opened: [{ readonly service: string; readonly streamId: number; readonly connectionId: number }];
  /** A connection has ended, and its local resources are released. */
  released: [{ readonly service: string; readonly streamId: number; readonly connectionId: number }];
}

/** Emits {@link ClientEvents}. */
export class ClientEmitter extends EventEmitter<ClientEvents> {}

/** A client that was started. */
export interface StartedClient extends AsyncDisposable {
  /** Resolves when the client has ended for good and released everything. Never rejects. */
  readonly closed: Promise<ExitReason>;
  /** Ends the streams, closes the WebSocket and releases everything local. Resolves when that is done. */
  stop(): Promise<void>;
  /** Calls back on each event; see {@link ClientEvents}. */
  on<Name extends keyof ClientEvents>(event: Name, listener: (...values: ClientEvents[Name]) => void): void;
}

/** The error that the caller gets if a client ends before it serves. */
export function errorOf(reason: ExitReason): ClientError {
  switch (reason.kind) {
    case 'tunnel-closed':
      return new ClientError('TUNNEL_CLOSED', `The tunnel was closed: ${reason.message}; open a new one`);
    case 'replaced':
      return new ClientError(
        'CONNECTION_REPLACED',
        `Another client took over: ${reason.message}; stop one of them`,
      );
    case 'stopped':
      return new ClientError('STOPPED', reason.message);
    default:
      return reason.error;
  }
}
