import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type FaultSpec, type StartedMockService, startMockService } from 'tunnel-testbed/mock-service';
import type { MessageFormat, Side } from 'tunnel-testbed/protocol';
import type { Address, ClientAdapter, RunningClient, StartRequest } from 'tunnel-testbed/scenario-runner';
import type { SshServer } from './servers.js';

const SERVICE = 'SSH';
/** The default of {@link PathOptions.connectMs}. */
const CONNECT_MS = 15_000;
const RETRY_MS = 20;

export interface PathOptions {
  /** The client at the source: applications dial it. */
  readonly source: ClientAdapter;
  /** The client at the destination: it dials the server. */
  readonly destination: ClientAdapter;
  readonly version: MessageFormat;
  readonly server: SshServer;
  /** The folder of the service's CA. */
  readonly stateDir: string;
  /** The CA as a hashed directory, for clients that want one. */
  readonly caDir?: string;
  /** A free port for the source to listen on. */
  readonly listen: Address;
  /** How long a client may take to connect or to reconnect, in milliseconds. Default 15000. */
  readonly connectMs?: number;
}

/** An SSH server reached through two clients and a service. */
export interface SshPath extends AsyncDisposable {
  readonly server: SshServer;
  /** Where SSH clients dial. */
  readonly address: Address;
  readonly service: StartedMockService;
  readonly version: MessageFormat;
  /** Installs a fault. Returns a function that removes it. */
  breaks(fault: FaultSpec): () => void;
  /** Resolves when both sides are connected, and the source listens. */
  connected(): Promise<void>;
}

/** Starts the service and both clients. @throws {Error} if a client ends before it has connected. */
export async function openPath(options: PathOptions): Promise<SshPath> {
  const { server, listen, version, connectMs: timeoutMs = CONNECT_MS } = options;
  const service = await startMockService({ port: 0, stateDir: options.stateDir });
  const running: RunningClient[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(running.map((client) => client.stop()));
    await service.stop();
  };
  try {
    const opened = service.openTunnel({ services: version === 'V1' ? [] : [SERVICE] });
    const connected = async (): Promise<void> => {
      await service.connected(opened.tunnel.id, 'destination', { timeoutMs });
      await service.connected(opened.tunnel.id, 'source', { timeoutMs });
      await listening(listen, timeoutMs);
    };
    const start = async (role: Side, accessToken: string, address: Address): Promise<RunningClient> => {
      const adapter = options[role];
      const request: StartRequest = {
        role,
        version,
        services: version === 'V1' ? [] : [SERVICE],
        service: { host: adapter.host ?? '127.0.0.1', port: service.port },
        scheme: adapter.scheme,
        accessToken,
        clientToken: adapter.takesClientToken ? randomUUID() : undefined,
        caPath: service.caPath,
        caDir: options.caDir ?? options.stateDir,
        ports: new Map([[version === 'V1' ? '' : SERVICE, address]]),
      };
      const client = await adapter.start(request);
      running.push(client);
      return client;
    };
    const target = { host: '127.0.0.1', port: server.port };
    await start('destination', opened.destinationAccessToken, target);
    await start('source', opened.sourceAccessToken, listen);
    const ended = Promise.race(running.map(({ exited }) => exited)).then(() => {
      throw new Error(`A client ended instead of connecting: ${running.map((r) => r.output()).join('\n')}`);
    });
    ended.catch(() => {});
    await Promise.race([connected(), ended]);
    return {
      server,
      service,
      version,
      connected,
      address: listen,
      breaks(fault) {
        const { name } = service.faults.add(fault);
        return () => service.faults.remove(name);
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A source may listen only after SERVICE_IDS, and no message says when it does. So this tries until it listens. */
async function listening({ host, port }: Address, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const socket = connect({ host, port });
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    if (performance.now() > deadline) throw new Error(`Nothing listens on ${host}:${port}`);
    await pause(RETRY_MS);
  }
}
