import type { Socket } from 'node:net';
import { ClientError } from '../errors.js';
import { LocalConnection, type LocalOptions, resolveLocalOptions } from '../local-connection/index.js';
import {
  type PlannedService,
  parseServiceMapping,
  planServices,
  planWithoutIds,
  type ServiceMapping,
  type ServiceMappingInput,
  tooManyServices,
} from '../service-mapping/index.js';
import { newStreamId, SourceTable } from '../stream-table/index.js';
import { Started, type StartedClient, TunnelClient } from '../tunnel-client/index.js';
import { type ConnectionOptions, resolveConnectionOptions, wholeNumber } from '../tunnel-connection/index.js';
import { HeldSockets } from './held-sockets.js';
import { type Listener, listen } from './listener.js';

/** Options of {@link startSourceProxy}. */
export interface SourceProxyOptions extends ConnectionOptions, LocalOptions {
  /**
   * Ports to listen on: `SSH=5555,HTTP=8080`, an object, or a bare port for a tunnel with one service. A service
   * without an entry gets a free port (S2). Without a mapping, every service gets a free port.
   */
  readonly services?: ServiceMappingInput;
  /** Address to listen on if an entry names none. Default `127.0.0.1`. */
  readonly bindAddress?: string;
  /** The largest number of application connections at once. Further ones are refused. Default 1024. */
  readonly maxConnections?: number;
  /** For tests: makes stream ids. Default: random positive int32 values (S3). */
  readonly randomStreamId?: () => number;
}

/** A running source proxy. */
export interface StartedSourceProxy extends StartedClient {
  /** The address and port on which the proxy listens for each service. The key is '' if the tunnel has no service ids. */
  readonly ports: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
}

/**
 * Joins a tunnel as its source and listens for local applications. Resolves when it listens on all ports. In the
 * formats V2 and V3, it first waits for the tunnel's SERVICE_IDS (S2).
 * @throws {ClientError} if it cannot start; see CLIENT_ERRORS.
 */
export async function startSourceProxy(options: SourceProxyOptions): Promise<StartedSourceProxy> {
  const proxy = new SourceProxy(options);
  await proxy.start();
  return proxy;
}

class SourceProxy extends Started implements StartedSourceProxy {
  readonly ports = new Map<string, { host: string; port: number }>();
  readonly closed: StartedClient['closed'];
  protected readonly client: TunnelClient<SourceTable>;
  readonly #mapping: ServiceMapping | undefined;
  readonly #bindAddress: string;
  readonly #maxConnections: number;
  readonly #listeners = new Map<string, Promise<Listener>>();
  readonly #held = new HeldSockets();
  /** Whether streams can be started: the client is connected and knows the services. */
  #ready = false;
  /** Counts lost WebSockets, to notice a plan that was made for an earlier WebSocket. */
  #sessions = 0;
  #ended = false;

  constructor(options: SourceProxyOptions) {
    super();
    const { services, randomStreamId = newStreamId } = options;
    const settings = resolveConnectionOptions(options, 'source');
    this.#mapping = services === undefined ? undefined : parseServiceMapping(services, 'source');
    this.#bindAddress = options.bindAddress ?? '127.0.0.1';
    this.#maxConnections = wholeNumber('maxConnections', options.maxConnections ?? 1024, 1);
    if (settings.format === 'V1') planWithoutIds(this.#mapping, 'source');
    this.client = new TunnelClient(settings, resolveLocalOptions(options, settings.clock), {
      createTable: (actions) => new SourceTable(settings.format, actions, randomStreamId),
      serviceIds: (ids) => void this.#serve(ids),
      lost: () => {
        this.#ready = false;
        this.#sessions++;
      },
    });
    this.closed = this.client.closed.then(async (reason) => {
      await this.#release();
      return reason;
    });
  }

  async #serve(ids: readonly string[] | undefined): Promise<void> {
    const session = this.#sessions;
    try {
      const plan =
        ids === undefined
          ? planWithoutIds(this.#mapping, 'source')
          : planServices(this.#mapping, ids, 'source');
      await Promise.all(plan.map((planned) => this.#listenOnce(planned)));
    } catch (error) {
      this.client.unfit(error as ClientError);
      return;
    }
    if (this.#ended || session !== this.#sessions) return;
    this.#ready = true;
    this.client.serving();
    for (const [socket, service] of this.#held.take()) this.#open(service, socket);
  }

  #listenOnce({ service, name, address }: PlannedService): Promise<Listener> {
    const existing = this.#listeners.get(service);
    if (existing !== undefined) return existing;
    const { maxServices } = this.client.settings;
    // Each SERVICE_IDS may name other services, so the number of listeners needs a limit.
    if (this.#listeners.size >= maxServices) throw tooManyServices(this.#listeners.size + 1, maxServices);
    if (!('port' in address))
      throw new ClientError(
        'INVALID_MAPPING',
        'services: a source listens on TCP ports only; write SERVICE=PORT',
      );
    const host = address.host ?? this.#bindAddress;
    const listening = listen(name, host, address.port, (socket) => this.#accept(service, socket)).then(
      (listener) => {
        if (this.#ended) listener.server.close();
        this.ports.set(name, { host: listener.host, port: listener.port });
        const about = { service: name, host: listener.host, port: listener.port };
        this.client.settings.logger.info(about, 'listening');
        this.client.events.emit('listening', about);
        return listener;
      },
    );
    this.#listeners.set(service, listening);
    // SERVICE_IDS may arrive again, and the port may be free then.
    listening.catch(() => this.#listeners.delete(service));
    return listening;
  }

  #accept(service: string, socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.client.localCount + this.#held.count >= this.#maxConnections) {
      this.client.settings.logger.warn(
        { service, maxConnections: this.#maxConnections },
        'too many connections',
      );
      socket.destroy();
    } else if (this.#ready) this.#open(service, socket);
    else this.#held.hold(service, socket);
  }

  #open(service: string, socket: Socket): void {
    const connection = this.client.table.open(service);
    this.client.attach(connection, (port) => new LocalConnection(socket, port, this.client.limits));
  }

  async #release(): Promise<void> {
    this.#ended = true;
    this.#ready = false;
    for (const [socket] of this.#held.take()) socket.destroy();
    const listeners = await Promise.allSettled(this.#listeners.values());
    for (const result of listeners) {
      if (result.status === 'fulfilled') result.value.server.close();
    }
  }
}
