import { type ClientError, reasonOf } from './errors.js';
import {
  DialledConnection,
  type DialOptions,
  dial,
  type LocalOptions,
  resolveLocalOptions,
} from './local-connection/index.js';
import {
  type LocalAddress,
  labelOf,
  parseServiceMapping,
  planServices,
  planWithoutIds,
  type ServiceMapping,
  type ServiceMappingInput,
  serviceLabel,
} from './service-mapping/index.js';
import { type Connection, DestinationTable } from './stream-table/index.js';
import { Started, type StartedClient, TunnelClient } from './tunnel-client/index.js';
import { type ConnectionOptions, resolveConnectionOptions, wholeNumber } from './tunnel-connection/index.js';

/** Options of {@link startDestinationProxy}. */
export interface DestinationProxyOptions extends ConnectionOptions, LocalOptions {
  /**
   * Addresses to dial: `SSH=22,HTTP=127.0.0.1:8080,LOG=/run/log.sock`, an object, or a bare port, address or path for a
   * tunnel with one service. Every service of the tunnel needs an entry (S2).
   */
  readonly services: ServiceMappingInput;
  /** Host to dial if an entry has only a port. Default `127.0.0.1`. */
  readonly defaultHost?: string;
  readonly dial?: DialOptions;
  /** The largest number of connections at once. Further ones are refused. Default 1024. */
  readonly maxConnections?: number;
}

/** A running destination proxy. */
export interface StartedDestinationProxy extends StartedClient {
  /** The address that is dialled for each service. The key is '' if the tunnel has no service ids. */
  readonly services: ReadonlyMap<string, LocalAddress>;
}

/**
 * Joins a tunnel as its destination and dials local services for it. Resolves when it is connected. In the formats V2 and
 * V3 it first waits for the tunnel's SERVICE_IDS, and checks that the mapping fits them (S2).
 * @throws {ClientError} if it cannot start; see CLIENT_ERRORS.
 */
export async function startDestinationProxy(
  options: DestinationProxyOptions,
): Promise<StartedDestinationProxy> {
  const proxy = new DestinationProxy(options);
  await proxy.start();
  return proxy;
}

class DestinationProxy extends Started implements StartedDestinationProxy {
  readonly services = new Map<string, LocalAddress>();
  readonly closed: StartedClient['closed'];
  protected readonly client: TunnelClient<DestinationTable>;
  readonly #mapping: ServiceMapping;
  readonly #dial: Required<DialOptions>;
  readonly #defaultHost: string;
  readonly #maxConnections: number;
  /** Addresses by the table's keys. Until SERVICE_IDS has arrived, these are the addresses of the mapping. */
  #addresses: ReadonlyMap<string, LocalAddress>;
  #planned = false;

  constructor(options: DestinationProxyOptions) {
    super();
    const settings = resolveConnectionOptions(options, 'destination');
    this.#mapping = parseServiceMapping(options.services, 'destination');
    if (settings.format === 'V1') planWithoutIds(this.#mapping, 'destination');
    this.#addresses = this.#mapping;
    this.#dial = {
      tries: wholeNumber('dial.tries', options.dial?.tries ?? 6, 1),
      delayMs: wholeNumber('dial.delayMs', options.dial?.delayMs ?? 2500),
      timeoutMs: wholeNumber('dial.timeoutMs', options.dial?.timeoutMs ?? 10_000, 1),
    };
    this.#defaultHost = options.defaultHost ?? '127.0.0.1';
    this.#maxConnections = wholeNumber('maxConnections', options.maxConnections ?? 1024, 1);
    this.client = new TunnelClient(settings, resolveLocalOptions(options, settings.clock), {
      createTable: (actions) =>
        new DestinationTable(settings.format, {
          ...actions,
          dial: (connection) => this.#connect(connection),
        }),
      serviceIds: (ids) => this.#compare(ids),
    });
    this.closed = this.client.closed;
  }

  #compare(ids: readonly string[] | undefined): void {
    try {
      const plan =
        ids === undefined
          ? planWithoutIds(this.#mapping, 'destination')
          : planServices(this.#mapping, ids, 'destination');
      this.#addresses = new Map(plan.map(({ service, address }) => [service, address]));
      this.services.clear();
      for (const { name, address } of plan) this.services.set(name, address);
    } catch (caught) {
      this.client.unfit(caught as ClientError);
      return;
    }
    this.#planned = true;
    this.client.serving();
  }

  #connect(connection: Connection): void {
    const { service } = connection.stream;
    const { logger, clock } = this.client.settings;
    const address = this.#addressOf(service);
    if (address === undefined || this.client.localCount >= this.#maxConnections) {
      const why = address === undefined ? 'no address for it' : `already ${this.#maxConnections} connections`;
      logger.warn({ service }, `refusing a connection to ${serviceLabel(service)}: ${why}`);
      this.client.table.dialFailed(connection);
      return;
    }
    logger.debug({ service, address: labelOf(address) }, 'dialling');
    this.client.attach(
      connection,
      (port) =>
        new DialledConnection(
          (signal, lastTry) => dial(address, this.#dial, clock, signal, lastTry),
          port,
          this.client.limits,
          (error) => {
            logger.warn({ service }, `${serviceLabel(service)}: ${reasonOf(error)}`);
            this.client.table.dialFailed(connection);
          },
        ),
    );
  }

  #addressOf(service: string): LocalAddress | undefined {
    // Before SERVICE_IDS, a bare entry serves any service that the source names.
    const address = this.#addresses.get(service) ?? (this.#planned ? undefined : this.#addresses.get(''));
    if (address === undefined || 'path' in address) return address;
    return { host: address.host ?? this.#defaultHost, port: address.port };
  }
}
