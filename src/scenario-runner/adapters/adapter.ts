import type { MessageFormat, Side } from '../../protocol/index.js';

/** What a client declares. Scenarios that need more are skipped, never failed. */
export interface Declarations {
  /** `local-proxy` turns TCP into tunnel messages. A `library` is part of another program (S2 does not bind it). */
  readonly kind: 'local-proxy' | 'library';
  /** Message formats that the client speaks. */
  readonly versions: readonly MessageFormat[];
  /** TCP connections that it serves at the same time on a V3 stream. */
  readonly connections: number;
  /** Named services that it serves at the same time. */
  readonly services: number;
  /** Whether it reconnects by itself when its WebSocket is lost. */
  readonly reconnects: boolean;
  /** The longest time that it waits before it reconnects, in milliseconds. */
  readonly reconnectMs: number;
  /** How long a destination keeps trying to reach its target before it reports failure, in milliseconds. */
  readonly dialMs: number;
  /** Interval of its own pings, in milliseconds; 0 if it sends none. */
  readonly pingIntervalMs: number;
  /**
   * After this time it gives up a service that accepts its connection and sends nothing, in milliseconds; 0 for never.
   */
  readonly noticesMs: number;
}

/** The defaults: what a client declares if it declares nothing. */
export const LEAST_CLAIMED: Declarations = {
  kind: 'library',
  versions: ['V1', 'V2', 'V3'],
  connections: 1,
  services: 1,
  reconnects: false,
  reconnectMs: 5000,
  // AWS's own proxy takes 13 s (S4).
  dialMs: 15_000,
  pingIntervalMs: 0,
  noticesMs: 0,
};

/** A host and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a client under test is told when it starts. */
export interface StartRequest {
  readonly role: Side;
  readonly version: MessageFormat;
  /** Where the service listens. */
  readonly service: Address;
  readonly scheme: 'ws' | 'wss';
  readonly accessToken: string;
  readonly clientToken: string | undefined;
  /** The CA's certificate, as a file and as a hashed directory (`openssl rehash`). */
  readonly caPath: string;
  readonly caDir: string;
  /** The tunnel's service ids. Empty for a tunnel without service ids. */
  readonly services: readonly string[];
  /** By service id ('' if the tunnel has none): the address where a source listens, or that a destination dials. */
  readonly ports: ReadonlyMap<string, Address>;
}

/** How a client ended. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set if the client could not be started. */
  readonly startError?: string;
  /** Whether the runner ended it. */
  readonly asked: boolean;
  /** Whether it did not end when it was asked, and had to be killed. */
  readonly killed?: boolean;
}

/** A client that was started. */
export interface RunningClient {
  /** Resolves once, when the client has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** The address where a source listens, if the client chose it. Called again before each connection. */
  listens?(serviceId: string): Address | undefined;
  /** Whether `listens` knows the port of each service. Otherwise it gives the newest port for every service. */
  readonly listensByService?: boolean;
  /** Resolves when the client says that it is ready. Undefined if only its WebSocket can tell. */
  readonly ready?: Promise<void>;
  /** The end of what the client printed. */
  output(): string;
  /** The process id, if the client is one process on this machine. */
  readonly pid?: number;
  /** Kills it without asking first, if that is possible. */
  kill?(): void;
  /**
   * Ends the client: asks it first, then kills it.
   * @param atLeastMs how long it may take to end before it is killed, in milliseconds, if that is longer than usual
   */
  stop(atLeastMs?: number): Promise<Exit>;
}

/**
 * What a client is told if somebody else starts it. It is the same for every scenario of a run, so the client may be
 * started once and reconnect by itself.
 */
export interface Standing {
  /** Where the service listens. */
  readonly service: Address;
  readonly accessToken: string;
  /**
   * By service id: the address where a source listens, or that a destination dials. The first one is for a tunnel
   * without ids.
   */
  readonly ports: ReadonlyMap<string, Address>;
  /** How long a scenario waits for the client to connect, in milliseconds. */
  readonly connectMs: number;
  /** Called when a scenario has waited for some seconds. */
  nudge(request: StartRequest): void;
}

/**
 * A way to start the client under test. Implement it to judge a client that is neither a command nor one of this
 * package. `start` is called once for each scenario. After that, the runner knows the client only by its connections.
 */
export interface ClientAdapter {
  readonly name: string;
  readonly declares: Declarations;
  /** Whether the client can be started in this role. */
  readonly roles: readonly Side[];
  /** Whether the client is given a client token (H7, H9). */
  readonly takesClientToken: boolean;
  readonly scheme: 'ws' | 'wss';
  /** Whether it is a process on this machine, so that its exit, signals and descriptors can be seen. */
  readonly isProcess: boolean;
  /** The name or address of this machine that the client is told. Default 127.0.0.1. */
  readonly host?: string;
  /** Set if somebody else starts the client. */
  readonly standing?: Standing;
  /** How its configuration names services in a role: only by port, by name, or both ways (the default). */
  configuredBy?(role: Side): 'bare port' | 'names' | 'either';
  /** The command that does the same as `start`, for reports. */
  commandLine?(request: StartRequest): string;
  start(request: StartRequest): Promise<RunningClient>;
}
