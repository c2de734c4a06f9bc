import { type Duplex, duplexPair } from 'node:stream';
import { ClientError } from './errors.js';
import { LocalConnection, type LocalOptions, resolveLocalOptions } from './local-connection/index.js';
import { newStreamId, SourceTable } from './stream-table/index.js';
import { TunnelClient } from './tunnel-client/index.js';
import { type ConnectionOptions, resolveConnectionOptions } from './tunnel-connection/index.js';

/** Options of {@link connectToService}. */
export interface ConnectToServiceOptions extends ConnectionOptions, LocalOptions {
  /** The service to connect to. It is optional if the tunnel has only one service. */
  readonly service?: string;
}

/**
 * Joins a tunnel as its source and opens one connection to one of its services. The connection is a stream and needs no
 * TCP port. It is for `ssh -o ProxyCommand` and for ssh2's `sock`. Resolves when the connection has been started. A
 * destination does not report a successful dial (S4); if its dial fails, the stream ends.
 *
 * The stream ends when the peer closes. If the WebSocket is lost, the stream is destroyed with a ClientError, because a
 * connection ends with its WebSocket (S13). Ending or destroying the stream leaves the tunnel.
 * @throws {ClientError} if it cannot start; see CLIENT_ERRORS.
 */
export async function connectToService(options: ConnectToServiceOptions): Promise<Duplex> {
  const settings = resolveConnectionOptions(options, 'source');
  let stream: Duplex | undefined;
  const client: TunnelClient<SourceTable> = new TunnelClient(
    settings,
    resolveLocalOptions(options, settings.clock),
    {
      createTable: (actions) => new SourceTable(settings.format, actions, newStreamId),
      serviceIds: (ids) => {
        if (stream !== undefined) return;
        const service = chooseService(options.service, ids);
        if (service instanceof ClientError) {
          client.fail(service);
          return;
        }
        stream = open(client, service);
        client.serving();
      },
      lost: (message, final) => {
        if (stream === undefined || final !== undefined) return;
        const error = new ClientError('CONNECTION_LOST', `The WebSocket was lost: ${message}; connect again`);
        stream.destroy(error);
        client.fail(error);
      },
    },
  );
  client.start();
  await client.started;
  return stream!;
}

function chooseService(wanted: string | undefined, ids: readonly string[] | undefined): string | ClientError {
  if (ids === undefined || ids.length === 0) return '';
  const known = ids.join(', ');
  if (wanted !== undefined) {
    if (ids.includes(wanted)) return wanted;
    return new ClientError(
      'SERVICE_MISMATCH',
      `the tunnel has no service '${wanted}'; choose one of ${known}`,
    );
  }
  if (ids.length === 1) return ids[0]!;
  return new ClientError(
    'SERVICE_MISMATCH',
    `no service was given and the tunnel has several; choose one of ${known}`,
  );
}

function open(client: TunnelClient<SourceTable>, service: string): Duplex {
  const [application, local] = duplexPair({ allowHalfOpen: true });
  // If one half of a duplex pair is destroyed, the other half does not notice it.
  application.on('close', () => local.destroy());
  const connection = client.table.open(service);
  client.attach(connection, (port) => new LocalConnection(local, port, client.limits));
  // This listener runs after the local connection's own one, which tells the peer that the connection ended.
  local.on('close', () => {
    if (!local.writableFinished) application.destroy();
    void client.stop();
  });
  return application;
}
