import { type ExitReason, startDestinationProxy, startSourceProxy } from '../../src/clients/index.js';
import type { Address, Declarations, Exit, StartRequest } from '../../src/scenario-runner/index.js';

/**
 * Short waits: what is judged is whether and in which order, not how long. The longest is far beyond what a busy machine adds
 * to the shortest, so that the waits are seen to grow.
 */
const BACKOFF = { initialDelayMs: 60, maxDelayMs: 5000 } as const;
/** How long it takes at most to come back to a service that answers. */
export const RECONNECT_MS = 500;

/** The client that every mutant is made of: our own proxies, which know nothing of what stands between. */
export interface GoodClient {
  readonly exited: Promise<Exit>;
  /** How it ended, once it has; undefined where it could not start. */
  readonly reason: Promise<ExitReason | undefined>;
  listens(serviceId: string): Address | undefined;
  stop(): Promise<void>;
}

/** Starts it towards a relay; `request` is what the runner told. */
export function startGoodClient(
  relay: Address,
  request: StartRequest,
  { pingIntervalMs, noticesMs }: Pick<Declarations, 'pingIntervalMs' | 'noticesMs'>,
): GoodClient {
  const end = new AbortController();
  const options = {
    endpoint: `ws://${relay.host}:${relay.port}`,
    accessToken: request.accessToken,
    clientToken: request.clientToken ?? (false as const),
    format: request.version,
    services: mapping(request.ports),
    webProxy: false as const,
    backoff: BACKOFF,
    retryFirstConnection: true,
    pingIntervalMs,
    ...(noticesMs !== 0 && { handshakeTimeoutMs: noticesMs }),
    signal: end.signal,
  };
  const ports = new Map<string, Address>();
  const reason = run(request, options, ports);
  return {
    reason,
    exited: reason.then((how) => ({ status: statusOf(how), signal: null, asked: end.signal.aborted })),
    listens: (serviceId) => ports.get(serviceId) ?? (ports.size === 1 ? [...ports.values()][0] : undefined),
    async stop() {
      end.abort();
      await reason;
    },
  };
}

type Options = Parameters<typeof startDestinationProxy>[0];

async function run(
  { role }: StartRequest,
  options: Options,
  ports: Map<string, Address>,
): Promise<ExitReason | undefined> {
  try {
    if (role === 'destination') {
      return await (await startDestinationProxy({ ...options, dial: { tries: 1 } })).closed;
    }
    const source = await startSourceProxy(options);
    for (const [serviceId, address] of source.ports) ports.set(serviceId, address);
    return await source.closed;
  } catch {
    return undefined; // as the command line would: it says why, and ends with status 1
  }
}

function statusOf(reason: ExitReason | undefined): number {
  const failed = reason === undefined || reason.kind === 'failed' || reason.kind === 'rejected';
  return failed ? 1 : 0;
}

/** A bare address where the tunnel has no service ids. */
function mapping(ports: ReadonlyMap<string, Address>): Options['services'] {
  const only = ports.get('');
  if (only !== undefined) return `${only.host}:${only.port}`;
  return [...ports].map(([serviceId, { host, port }]) => `${serviceId}=${host}:${port}`).join(',');
}
