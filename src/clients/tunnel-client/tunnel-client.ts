import { type Message, MessageType, messageTypeName } from '../../protocol/index.js';
import { type ClientError, reasonOf, stackOf } from '../errors.js';
import type { LocalEnd, LocalLimits, TunnelPort } from '../local-connection/index.js';
import { checkServiceIds, serviceLabel, waitsForIds } from '../service-mapping/index.js';
import type { Connection, StreamTable, TableActions } from '../stream-table/index.js';
import {
  type ConnectionSettings,
  type ExitReason,
  type Session,
  TunnelConnection,
} from '../tunnel-connection/index.js';
import { ClientEmitter, errorOf } from './events.js';
import { HeldBytes } from './held-bytes.js';

/** The parts that differ between kinds of clients. */
export interface ClientParts<Table extends StreamTable> {
  createTable(actions: TableActions): Table;
  /** The tunnel's service ids are known (S1). Undefined for a client that needs none. It may be called several times. */
  serviceIds(ids: readonly string[] | undefined): void;
  /** The WebSocket is gone (S13). If `final` is given, the client does not connect again. */
  lost?(message: string, final: ExitReason | undefined): void;
}

/** The common part of all clients: the tunnel connection, its streams, and the local ends of their connections. */
export class TunnelClient<Table extends StreamTable> {
  readonly events = new ClientEmitter();
  readonly table: Table;
  /** Resolves when the connection has ended for good and all local ends are released. Never rejects. */
  readonly closed: Promise<ExitReason>;
  /** Resolves when {@link serving} is called. Rejects if the client ends before that. */
  readonly started: Promise<void>;
  readonly settings: ConnectionSettings;
  readonly limits: LocalLimits;
  readonly #parts: ClientParts<Table>;
  readonly #connection: TunnelConnection;
  readonly #locals = new Map<Connection, LocalEnd>();
  readonly #held: HeldBytes;
  #session: Session | undefined;
  #failure: ClientError | undefined;
  #serving = false;
  #stopping = false;
  #resolveStarted!: () => void;
  #allReleased: (() => void) | undefined;

  constructor(settings: ConnectionSettings, limits: LocalLimits, parts: ClientParts<Table>) {
    this.settings = settings;
    this.limits = limits;
    this.#held = new HeldBytes(limits.maxQueuedBytesInAll);
    this.#parts = parts;
    this.table = parts.createTable(this.#actions());
    this.#connection = new TunnelConnection(settings, {
      opened: (session, channelId) => this.#opened(session, channelId),
      message: (message) => this.#received(message),
      malformed: (error) => {
        settings.logger.warn({ code: error.code }, `ending the streams (M11): ${error.message}`);
        this.table.malformed();
      },
      drained: () => {
        for (const local of this.#locals.values()) local.resume();
      },
      lost: (message, final) => this.#lost(message, final),
      retrying: (delayMs, because) => this.events.emit('retrying', { delayMs, because }),
    });
    this.closed = this.#connection.closed.then((reason) => this.#wind(reason));
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve;
      void this.closed.then((reason) => reject(errorOf(reason)));
    });
    // Nobody has to await `started`. This keeps its rejection from being reported as unhandled.
    this.started.catch(() => undefined);
  }

  /** The number of local ends, including those that are closing. */
  get localCount(): number {
    return this.#locals.size;
  }

  start(): void {
    const { signal } = this.settings;
    const aborted = (): void => void this.stop();
    if (signal?.aborted === true) aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    void this.closed.then(() => signal?.removeEventListener('abort', aborted));
    this.#connection.start();
  }

  /** To be called when this client is ready, for the first time or again. */
  serving(): void {
    this.#serving = true;
    this.#resolveStarted();
    this.events.emit('ready');
  }

  /** Ends for good: resets the streams at the peer, closes the WebSocket, and releases everything local. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.table.resetAll();
    this.#connection.stop();
    await this.closed;
  }

  /** Ends for good because of an error. */
  fail(error: ClientError): void {
    this.#failure ??= error;
    void this.stop();
  }

  /**
   * To be called for SERVICE_IDS that do not fit the mapping. If the client is not ready yet, it ends. If it is, the
   * new ids (S1) are ignored.
   */
  unfit(error: ClientError): void {
    this.settings.logger.error({ code: error.code }, error.message);
    if (!this.#serving) this.fail(error);
  }

  /** Creates the local end of a connection. */
  attach(connection: Connection, create: (port: TunnelPort) => LocalEnd): void {
    const { service, id: streamId } = connection.stream;
    const about = { service, streamId, connectionId: connection.id };
    this.settings.logger.debug(about, `connection of ${serviceLabel(service)} begins`);
    const local = create(this.#port(connection, about));
    this.#locals.set(connection, local);
    this.events.emit('opened', about);
  }

  #port(
    connection: Connection,
    about: { service: string; streamId: number; connectionId: number },
  ): TunnelPort {
    const { table } = this;
    const session = this.#session;
    // Events of a socket call these functions. An uncaught error there would end the process.
    const contain = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        this.settings.logger.error(
          { ...about, stack: stackOf(error) },
          `dropping a connection: ${reasonOf(error)}`,
        );
        this.#locals.get(connection)?.destroy();
      }
    };
    return {
      send: (payload) =>
        contain(() => {
          if (table.isLive(connection)) session?.sendData(table.address(connection), payload);
        }),
      get congested() {
        return session?.congested ?? false;
      },
      get busy() {
        return session?.busy ?? false;
      },
      localClosed: () => contain(() => table.localClosed(connection)),
      block: () => session?.block(connection),
      unblock: () => session?.unblock(connection),
      hold: (bytes) => this.#held.add(bytes),
      letGo: (bytes) => this.#held.remove(bytes),
      released: () => {
        this.#locals.delete(connection);
        this.settings.logger.debug(about, `connection of ${serviceLabel(about.service)} is released`);
        this.events.emit('released', about);
        if (this.#locals.size === 0) this.#allReleased?.();
      },
    };
  }

  #actions(): TableActions {
    return {
      send: (message) => this.#session?.send(message),
      deliver: (connection, payload) => this.#locals.get(connection)?.deliver(payload),
      close: (connection) => this.#locals.get(connection)?.finish(),
      failSession: (code, reason) => this.#connection.fail(code, reason),
      note: (what, { serviceId: service, streamId, connectionId }) =>
        this.settings.logger.debug({ service, streamId, connectionId }, what),
    };
  }

  #opened(session: Session, channelId: string | undefined): void {
    this.#session = session;
    this.#held.use(session);
    this.events.emit('connected', { channelId });
    const { format, handshake } = this.settings;
    if (!waitsForIds(format, handshake.subprotocol)) this.#parts.serviceIds(undefined);
  }

  #received(message: Message): void {
    if (message.type !== MessageType.SERVICE_IDS) {
      this.settings.logger.trace({ message: messageTypeName(message.type) }, 'received');
      this.table.receive(message);
      return;
    }
    if (this.settings.format === 'V1') return; // S1: tolerated
    const ids = [...new Set(message.availableServiceIds)];
    try {
      checkServiceIds(ids, this.settings.maxServices);
    } catch (error) {
      this.unfit(error as ClientError);
      return;
    }
    this.settings.logger.info({ services: ids }, 'received the services of the tunnel');
    this.table.setServices(ids);
    this.#parts.serviceIds(ids);
  }

  #lost(message: string, final: ExitReason | undefined): void {
    this.#session = undefined;
    this.#serving = false;
    this.#held.use(undefined);
    this.table.sessionLost();
    this.#parts.lost?.(message, final);
    this.events.emit('disconnected', { message });
  }

  /** After the last WebSocket: waits until the local ends are flushed. Their own limits bound this wait. */
  async #wind(reason: ExitReason): Promise<ExitReason> {
    this.#session = undefined;
    this.#held.use(undefined);
    this.table.sessionLost();
    if (this.#stopping) for (const local of [...this.#locals.values()]) local.destroy();
    if (this.#locals.size > 0) {
      await new Promise<void>((resolve) => {
        this.#allReleased = resolve;
      });
    }
    const error = this.#failure;
    return error === undefined ? reason : { kind: 'failed', message: error.message, error };
  }
}
