import type { MessageFormat, Side } from '../../protocol/index.js';

/** What a client says of itself. What it does not claim is skipped, never failed. */
export interface Declarations {
  /** `local-proxy` turns TCP into tunnel messages; a `library` is a client within some program (S2 binds only the former). */
  readonly kind: 'local-proxy' | 'library';
  /** Message formats it speaks. */
  readonly versions: readonly MessageFormat[];
  /** TCP connections it serves at once on a V3 stream. */
  readonly connections: number;
  /** Named services it serves at once. */
  readonly services: number;
  /** Whether it comes back by itself after its WebSocket was lost. */
  readonly reconnects: boolean;
  /** The longest it waits before it comes back, in milliseconds. */
  readonly reconnectMs: number;
  /** How long a destination keeps trying to reach its target before it reports failure, in milliseconds. */
  readonly dialMs: number;
  /** Interval of its own pings in milliseconds; 0 where it sends none. */
  readonly pingIntervalMs: number;
  /** Within this time it gives up a service that takes its connection and says nothing, in milliseconds; 0 for never. */
  readonly noticesMs: number;
}

/** What a client counts as claiming that says nothing of itself but what it speaks: the least. */
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

/** What a client under test is told when it is started. */
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
  /** The tunnel's service ids; empty for a tunnel without. */
  readonly services: readonly string[];
  /**
   * By service id ('' where the tunnel has none): where a source listens, or where a destination dials.
   */
  readonly ports: ReadonlyMap<string, Address>;
}

/** How a client ended. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set where it could not even be started. */
  readonly startError?: string;
  /** Whether the runner ended it. */
  readonly asked: boolean;
  /** It did not end when asked to and had to be killed. */
  readonly killed?: boolean;
}

/** A client that was started. */
export interface RunningClient {
  /** Resolves once, when the client has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Where a source listens, if the client chose by itself. Asked anew before each connection. */
  listens?(serviceId: string): Address | undefined;
  /** Whether `listens` knows each service's port; else it gives the newest, whatever is asked. */
  readonly listensByService?: boolean;
  /** Resolves when the client says that it is ready, where that can be told from outside the wire. */
  readonly ready?: Promise<void>;
  /** The end of what the client printed. */
  output(): string;
  /** Process id, where the client is one process on this machine. */
  readonly pid?: number;
  /** Ends it without asking it first, where that can be done. */
  kill?(): void;
  /** Ends it: asked first, then killed. */
  stop(): Promise<Exit>;
}

/**
 * What a client is told that somebody else starts, the same for every scenario of a run: it may be started once and come
 * back by itself.
 */
export interface Standing {
  /** Where the service listens. */
  readonly service: Address;
  readonly accessToken: string;
  /** By service id: where a source listens, or what a destination dials. The first serves a tunnel without ids. */
  readonly ports: ReadonlyMap<string, Address>;
  /** How long a scenario waits for the client to connect, in milliseconds. */
  readonly connectMs: number;
  /** Told when a scenario has waited for some seconds. */
  nudge(request: StartRequest): void;
}

/**
 * A way to start the client under test. Implement it to judge a client that is neither a command nor ours: `start` is
 * called once a scenario, and the client is then met on the wire alone.
 */
export interface ClientAdapter {
  readonly name: string;
  readonly declares: Declarations;
  /** Whether the client can be started in this role. */
  readonly roles: readonly Side[];
  /** Whether it is told a client token (H7, H9). */
  readonly takesClientToken: boolean;
  readonly scheme: 'ws' | 'wss';
  /** Whether it is a process on this machine, whose exit, signals and descriptors can be seen. */
  readonly isProcess: boolean;
  /** Name or address by which it is told to reach this machine. Default 127.0.0.1. */
  readonly host?: string;
  /** Set where somebody else starts the client. */
  readonly standing?: Standing;
  /** How its configuration tells services in a role: by bare port, by name, or either (the default). */
  configuredBy?(role: Side): 'bare port' | 'names' | 'either';
  /** The command that does by hand what `start` does, for reports. */
  commandLine?(request: StartRequest): string;
  start(request: StartRequest): Promise<RunningClient>;
}
