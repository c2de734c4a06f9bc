import { type Message, messageTypeName, type ProtocolError } from '../../protocol/index.js';
import { wait } from '../clock.js';
import { ClientError, reasonOf, stackOf } from '../errors.js';
import { Backoff } from './backoff.js';
import { type ExitReason, meaningOfClose } from './exit-reason.js';
import { HandshakeRejected, performHandshake } from './handshake.js';
import type { ConnectionSettings } from './options.js';
import { Session } from './session.js';

/** The callbacks of a tunnel connection. */
export interface ConnectionHandlers {
  /** A WebSocket is open. Nothing has been received on it yet. */
  opened(session: Session, channelId: string | undefined): void;
  message(message: Message): void;
  malformed(error: ProtocolError): void;
  drained(): void;
  /** The WebSocket is gone (S13). If `final` is given, that is the end. If not, the client connects again. */
  lost(message: string, final: ExitReason | undefined): void;
  /** The client will try again in `delayMs` milliseconds. */
  retrying(delayMs: number, because: string): void;
}

interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Keeps one side of a tunnel connected. It performs handshakes, retries them, and decides when to stop. */
export class TunnelConnection {
  /** Resolves when there will be no further try. Never rejects. */
  readonly closed: Promise<ExitReason>;
  readonly #settings: ConnectionSettings;
  readonly #handlers: ConnectionHandlers;
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  #conclude!: (reason: ExitReason) => void;
  #session: Session | undefined;
  #everOpened = false;
  /** Whether this client closed the WebSocket because of what it received. */
  #failed = false;

  constructor(settings: ConnectionSettings, handlers: ConnectionHandlers) {
    this.#settings = settings;
    this.#handlers = handlers;
    this.#backoff = new Backoff(settings.backoff, settings.random);
    this.closed = new Promise((resolve) => {
      this.#conclude = resolve;
    });
  }

  /** Starts connecting. `opened` is called on success; {@link closed} resolves on failure. */
  start(): void {
    void this.#run().then((reason) => this.#conclude(reason));
  }

  /** Sends all waiting bytes, then closes the WebSocket normally. Does not connect again. */
  stop(): void {
    this.#abort.abort(new ClientError('STOPPED', 'The client was stopped'));
    this.#session?.close(1000, '');
  }

  /** Closes the WebSocket because of an error in received messages, and connects again after a wait. */
  fail(code: number, reason: string): void {
    this.#settings.logger.warn({ code, reason }, 'closing the connection');
    this.#failed = true;
    this.#session?.close(code, reason);
  }

  async #run(): Promise<ExitReason> {
    for (;;) {
      let because: string;
      try {
        const ending = await this.#connectOnce();
        if (this.#abort.signal.aborted) return stopped();
        const final = this.#failed ? undefined : meaningOfClose(ending.code, ending.reason);
        because = `closed with ${ending.code}${ending.reason === '' ? '' : ` (${ending.reason})`}`;
        this.#handlers.lost(because, final);
        if (final !== undefined) return final;
        // After a policy close, the cause may be this client. So the waits go on growing.
        if (!this.#failed && !isPolicy(ending.code)) this.#backoff.reset();
      } catch (error) {
        if (this.#abort.signal.aborted) return stopped();
        const final = this.#meaningOfFailure(error);
        if (final !== undefined) return final;
        because = reasonOf(error);
      }
      const delay = this.#backoff.next();
      if (delay === undefined) return failure(this.#gaveUp(because));
      this.#settings.logger.warn({ delayMs: delay }, `trying again: ${because}`);
      this.#handlers.retrying(delay, because);
      try {
        await wait(this.#settings.clock, delay, this.#abort.signal);
      } catch {
        return stopped();
      }
    }
  }

  async #connectOnce(): Promise<Ending> {
    const { handshake, clock, pingIntervalMs, logger } = this.#settings;
    const endpoint = handshake.route.endpoint.label;
    const { webSocket, channelId } = await performHandshake(handshake, clock, this.#abort.signal);
    this.#everOpened = true;
    this.#failed = false;
    logger.info({ endpoint, channelId }, 'connected to the service');
    return new Promise((resolve) => {
      const session = new Session(
        webSocket,
        {
          message: (message) => this.#handlers.message(message),
          malformed: (error) => this.#handlers.malformed(error),
          unsendable: ({ type, streamId }) =>
            logger.warn(
              { message: messageTypeName(type), streamId },
              'not sent: the message does not fit in a frame',
            ),
          faulted: (error) => {
            this.#failed = true;
            logger.error({ stack: stackOf(error) }, `closing the connection: ${reasonOf(error)}`);
          },
          drained: () => this.#handlers.drained(),
          ended: (code, reason) => {
            this.#session = undefined;
            logger.info({ endpoint, channelId, code, reason }, 'disconnected from the service');
            resolve({ code, reason });
          },
        },
        clock,
        pingIntervalMs,
      );
      this.#session = session;
      if (this.#abort.signal.aborted) session.close(1000, '');
      else this.#handlers.opened(session, channelId);
      session.start();
    });
  }

  /** Why a failed try ends the client. Undefined if the client tries again. */
  #meaningOfFailure(error: unknown): ExitReason | undefined {
    if (error instanceof HandshakeRejected) {
      if (error.retryable) return undefined;
      if (error.tunnelIsClosed && this.#everOpened) {
        return { kind: 'tunnel-closed', message: error.statusReason || error.body };
      }
      const { status, body, message } = error;
      return { kind: 'rejected', message, status, body, error };
    }
    if (!(error instanceof ClientError)) {
      return failure(new ClientError('ENDPOINT_UNREACHABLE', reasonOf(error), { cause: error }));
    }
    if (error.code === 'HANDSHAKE_INVALID') return failure(error); // H6
    if (!this.#everOpened && !this.#settings.retryFirstConnection) return failure(error);
    return undefined;
  }

  #gaveUp(because: string): ClientError {
    const tries = this.#backoff.failures;
    const endpoint = this.#settings.handshake.route.endpoint.label;
    return new ClientError(
      'CONNECTION_LOST',
      `endpoint ${endpoint}: gave up after ${tries} tries: ${because}`,
    );
  }
}

function stopped(): ExitReason {
  return { kind: 'stopped', message: 'The client was stopped' };
}

function failure(error: ClientError): ExitReason {
  return { kind: 'failed', message: error.message, error };
}

/** Whether a close code says that the service refuses messages of this client. */
function isPolicy(code: number): boolean {
  return code === 1002 || code === 1003 || (code >= 1007 && code <= 1009);
}
