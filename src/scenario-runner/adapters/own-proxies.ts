import { startDestinationProxy, startSourceProxy } from '../../clients/index.js';
import type { Side } from '../../protocol/index.js';
import {
  type Address,
  type ClientAdapter,
  type Exit,
  LEAST_CLAIMED,
  type RunningClient,
  type StartRequest,
} from './adapter.js';

/** The local proxies of this package, run in the runner's own process. */
export class OwnProxies implements ClientAdapter {
  readonly name = 'tunnel-testbed proxies';
  readonly declares = {
    ...LEAST_CLAIMED,
    kind: 'local-proxy' as const,
    ...{ connections: 1024, services: 32, reconnects: true, dialMs: 500 },
  };
  readonly roles: readonly Side[] = ['source', 'destination'];
  readonly takesClientToken = true;
  readonly isProcess = false;
  readonly scheme: 'ws' | 'wss';

  constructor(scheme: 'ws' | 'wss' = 'ws') {
    this.scheme = scheme;
  }

  async start(request: StartRequest): Promise<RunningClient> {
    const ended = new AbortController();
    const lines: string[] = [];
    const starting = this.#start(request, ended.signal);
    let ports: ReadonlyMap<string, Address> | undefined;
    let asked = false;
    const exited = starting.then(
      async (proxy): Promise<Exit> => {
        ports = 'ports' in proxy ? proxy.ports : undefined;
        const { kind } = await proxy.closed;
        lines.push(`ended: ${kind}`);
        return { status: kind === 'stopped' || kind === 'tunnel-closed' ? 0 : 1, signal: null, asked };
      },
      (error: unknown): Exit => {
        lines.push(String(error));
        return { status: 1, signal: null, asked };
      },
    );
    return {
      exited,
      listens: (serviceId) => ports?.get(serviceId),
      listensByService: true,
      output: () => lines.join('\n'),
      stop() {
        asked = true;
        ended.abort();
        return exited;
      },
    };
  }

  #start(request: StartRequest, signal: AbortSignal) {
    const { service, scheme, accessToken, clientToken, version, caPath, ports } = request;
    const pairs = [...ports].map(([id, { host, port }]) => {
      const address = request.role === 'source' ? `${port}` : `${host}:${port}`;
      return id === '' ? address : `${id}=${address}`;
    });
    const options = {
      endpoint: `${scheme}://${service.host}:${service.port}`,
      accessToken,
      format: version,
      services: pairs.join(','),
      ca: caPath,
      webProxy: false as const,
      // By default a destination tries a target again for a while. Scenarios do not have to wait for that.
      dial: { tries: 2, delayMs: 50 },
      signal,
      ...(clientToken !== undefined && { clientToken }),
    };
    return request.role === 'source' ? startSourceProxy(options) : startDestinationProxy(options);
  }
}
