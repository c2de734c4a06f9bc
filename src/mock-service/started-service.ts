import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { MODE_PARAMETER, type Side, TUNNEL_PATH } from '../protocol/index.js';
import type { Captures } from './capture/index.js';
import type { DataPlane, HandshakeScript, Link, Session } from './data-plane/index.js';
import type { Notifier } from './devices/index.js';
import type { FaultRegistry } from './faults/index.js';
import {
  type Clock,
  type EventHub,
  ServiceError,
  type ServiceEvent,
  type ServiceEventName,
} from './kit/index.js';
import { addressHere, namesOfHost } from './own-addresses.js';
import type { OpenPort } from './port/index.js';
import type {
  DestinationConfig,
  Notification,
  OpenedTunnel,
  OpenTunnelInput,
  RotatedTokens,
  TunnelActions,
  TunnelRegistry,
} from './tunnels/index.js';

/** The parts of a started service. */
export interface ServiceParts {
  readonly host: string;
  readonly advertised: readonly string[];
  readonly caPath: string;
  readonly seed: string | number;
  readonly closeTimeoutMs: number;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly registry: TunnelRegistry;
  readonly dataPlane: DataPlane;
  readonly ports: readonly OpenPort[];
  readonly http: Server;
  readonly actions: TunnelActions;
  readonly notifier: Notifier;
  readonly faults: FaultRegistry;
  readonly captures: Captures;
  /** Called at the beginning of `stop`. */
  readonly onStop: () => void;
}

/** A service that accepts connections. */
export class StartedMockService {
  /** Path of the file with the CA certificate (PEM) that TLS clients must trust. */
  readonly caPath: string;
  /** A service that is started with this seed gives the same ids and tokens again. */
  readonly seed: string | number;
  readonly host: string;
  readonly port: number;
  /** The clock of all lifetimes, delays and timeouts. It can be advanced. */
  readonly clock: Clock;
  /** The tunnels: describe, list, close, rotate. */
  readonly tunnels: TunnelRegistry;
  readonly events: EventHub;
  readonly dataPlane: DataPlane;
  /** The faults: things that are made to go wrong. */
  readonly faults: FaultRegistry;
  /** Recordings of the frames and events. */
  readonly captures: Captures;
  readonly #parts: ServiceParts;
  #stopped: Promise<void> | undefined;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.caPath = parts.caPath;
    this.seed = parts.seed;
    this.clock = parts.clock;
    this.tunnels = parts.registry;
    this.events = parts.events;
    this.dataPlane = parts.dataPlane;
    this.faults = parts.faults;
    this.captures = parts.captures;
    this.host = parts.ports[0]!.host;
    this.port = parts.ports[0]!.port;
  }

  /** `127.0.0.1:PORT`, for the endpoint option of any client on this machine, for plain and TLS. */
  get endpoint(): string {
    return endpointAt(addressHere(this.host), this.port);
  }

  /**
   * The endpoint for clients on other machines, if the service listens for them. It has the first advertised name, or the
   * name of the machine. The certificate holds that name.
   */
  get endpointElsewhere(): string {
    const { advertised, host } = this.#parts;
    return endpointAt(advertised[0] ?? namesOfHost(host)[0]!, this.port);
  }

  /** The addresses and ports that the service listens on. */
  get addresses(): readonly { host: string; port: number }[] {
    return this.#parts.ports.map(({ host, port }) => ({ host, port }));
  }

  /** URL of the data plane for a side. The certificate names `localhost` and both loopback addresses. */
  url(side: Side, scheme: 'ws' | 'wss' = 'ws'): string {
    return `${scheme}://${this.endpoint}${TUNNEL_PATH}?${MODE_PARAMETER}=${side}`;
  }

  /** Opens a tunnel. @throws {ServiceError} INVALID_OPTION, LIMIT_EXCEEDED, SERVICE_STOPPED. */
  openTunnel(input: OpenTunnelInput = {}): OpenedTunnel {
    return this.#parts.actions.open(input);
  }

  /**
   * Revokes the sides' tokens and returns new ones, as RotateTunnelAccessToken does. With `destination`, the device is
   * sent its new token.
   * @throws {ServiceError} TUNNEL_NOT_FOUND, TUNNEL_CLOSED, INVALID_OPTION, LIMIT_EXCEEDED.
   */
  rotateTokens(tunnelId: string, sides: readonly Side[], destination?: DestinationConfig): RotatedTokens {
    return this.#parts.actions.rotate(tunnelId, sides, destination);
  }

  /**
   * Notifies a device by MQTT, as OpenTunnel does. Resolves when every broker has the message.
   * @throws {ServiceError} INVALID_OPTION if the service has no broker.
   */
  notify(notification: Notification): Promise<void> {
    return this.#parts.notifier.publish(notification);
  }

  /** Address of the embedded MQTT broker. Undefined if `mqttPort` was not given. */
  get mqtt(): { readonly host: string; readonly port: number } | undefined {
    return this.#parts.notifier.broker;
  }

  /** Closes a tunnel. @throws {ServiceError} TUNNEL_NOT_FOUND. */
  closeTunnel(tunnelId: string, options: { delete?: boolean } = {}): void {
    this.tunnels.close(tunnelId, options);
  }

  /** The session that holds a side of a tunnel now. */
  session(tunnelId: string, side: Side): Session | undefined {
    return this.dataPlane.session(tunnelId, side);
  }

  /** All sessions that hold a side now. */
  sessions(): Session[] {
    return this.dataPlane.sessions();
  }

  /**
   * Waits until a side is connected.
   * @throws {ServiceError} TIMEOUT after `timeoutMs` (5000) of real time.
   */
  connected(tunnelId: string, side: Side, options: { timeoutMs?: number } = {}): Promise<Session> {
    const now = this.session(tunnelId, side);
    if (now !== undefined) return Promise.resolve(now);
    const { timeoutMs = 5000 } = options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stopListening();
        const what = `No ${side} connected to tunnel ${tunnelId} within ${timeoutMs} ms`;
        reject(new ServiceError('TIMEOUT', what));
      }, timeoutMs);
      const stopListening = this.events.on('side-connected', (event) => {
        if (event.tunnelId !== tunnelId || event.side !== side) return;
        clearTimeout(timer);
        stopListening();
        // The event is emitted before the session holds its side, but in the same tick.
        queueMicrotask(() => resolve(this.session(tunnelId, side)!));
      });
    });
  }

  /**
   * The link of an open tunnel's direction towards a side. Stages are added to it; faults are made of stages.
   * @throws {ServiceError} TUNNEL_NOT_FOUND.
   */
  link(tunnelId: string, to: Side): Link {
    const relay = this.dataPlane.relay(tunnelId);
    if (relay !== undefined) return relay.directionTo(to).link;
    throw new ServiceError('TUNNEL_NOT_FOUND', `There is no open tunnel ${tunnelId}; check its id`);
  }

  /** Scripts the answers to the next handshakes. Returns a function that removes the script. */
  scriptHandshake(script: HandshakeScript): () => void {
    return this.dataPlane.scripts.add(script);
  }

  /**
   * Listens to one kind of event, or with `'*'` to all except events of frames. Returns a function that stops
   * listening.
   */
  on<N extends ServiceEventName>(name: N, listener: (event: ServiceEvent<N>) => void): () => void;
  on(name: '*', listener: (event: ServiceEvent) => void): () => void;
  on(name: never, listener: (event: never) => void): () => void {
    return this.events.on(name, listener);
  }

  /** Closes every WebSocket (1001), gives clients `closeTimeoutMs` to answer, and frees the port. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    const { registry, dataPlane, ports, http, notifier, closeTimeoutMs } = this.#parts;
    this.#parts.onStop();
    this.faults.clear();
    registry.stop();
    await dataPlane.stop(closeTimeoutMs);
    await this.captures.clear();
    await Promise.all([notifier.close(), ...ports.map((port) => port.close())]);
    http.closeAllConnections();
    http.close();
  }
}

function endpointAt(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
