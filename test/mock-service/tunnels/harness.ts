import {
  AdvanceableClock,
  EventHub,
  type ServiceEvent,
  seededRandom,
} from '../../../src/mock-service/kit/index.js';
import {
  type Accepted,
  type Admission,
  type HandshakeRequest,
  type OpenedTunnel,
  type SideConnection,
  TunnelRegistry,
  type TunnelRegistryOptions,
} from '../../../src/mock-service/tunnels/index.js';
import { type Side, SUBPROTOCOL_OF } from '../../../src/protocol/index.js';

/** A moment that is easy to recognise in a failure. */
export const START = Date.UTC(2030, 0, 1);

/** A connection that remembers how it was ended. */
export class FakeConnection implements SideConnection {
  readonly ends: { code: number; reason: string }[] = [];
  readonly channelId: string;
  readonly side: Side;
  readonly tunnelId: string;
  readonly subprotocol: Accepted['subprotocol'];

  constructor(accepted: Accepted) {
    this.channelId = accepted.channelId;
    this.side = accepted.side;
    this.tunnelId = accepted.tunnel.id;
    this.subprotocol = accepted.subprotocol;
  }

  end(code: number, reason: string): void {
    this.ends.push({ code, reason });
  }
}

/** A registry on a clock that stands still, with everything it tells. */
export function startRegistry(options: Partial<TunnelRegistryOptions> = {}) {
  const clock = new AdvanceableClock({ frozen: true, startAt: START });
  const events = new EventHub(() => clock.now());
  const told: ServiceEvent[] = [];
  events.on('*', (event) => told.push(event));
  const registry = new TunnelRegistry({
    clock,
    events,
    random: seededRandom('tests'),
    region: 'us-east-1',
    accountId: '123456789012',
    ...options,
  });
  const connect = (request: HandshakeRequest): FakeConnection => {
    const accepted = accept(registry.admit(request));
    const connection = new FakeConnection(accepted);
    registry.connect(accepted, connection);
    return connection;
  };
  return { clock, events, told, registry, connect };
}

export interface RequestParts {
  method?: string;
  url?: string;
  headers?: readonly (readonly [string, string])[];
  subprotocol?: string | undefined;
  requestBytes?: number;
}

/** A handshake that keeps every rule, but for what is given. */
export function handshake(side: Side, token: string, parts: RequestParts = {}): HandshakeRequest {
  const headers = parts.headers ?? [['access-token', token]];
  const subprotocol = 'subprotocol' in parts ? parts.subprotocol : SUBPROTOCOL_OF.V3;
  const offer = subprotocol === undefined ? [] : [['Sec-WebSocket-Protocol', subprotocol] as const];
  return {
    method: parts.method ?? 'GET',
    url: parts.url ?? `/tunnel?local-proxy-mode=${side}`,
    rawHeaders: [['Host', 'localhost'] as const, ...headers, ...offer].flat(),
    requestBytes: parts.requestBytes ?? 900,
    remoteAddress: '127.0.0.1',
  };
}

/** The token of a side. */
export function tokenOf(opened: OpenedTunnel, side: Side): string {
  return opened[`${side}AccessToken`];
}

export function accept(admission: Admission): Accepted {
  if (!admission.ok) throw new Error(`refused with ${admission.status}: ${admission.body}`);
  return admission;
}

export const CLIENT_TOKEN = 'c1'.repeat(16);
export const OTHER_CLIENT_TOKEN = 'd2'.repeat(16);

/** The error's code and nothing else, so that a wrong code shows. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing thrown';
}
