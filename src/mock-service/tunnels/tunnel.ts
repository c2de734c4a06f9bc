import { partitionOf, type Side } from '../../protocol/index.js';
import type { EventHub, Timer } from '../kit/index.js';
import { Allowance, StreamLedger } from '../rules/index.js';
import type { SideConnection } from './side-connection.js';
import type { TokenRecord } from './tokens.js';

export type TunnelStatus = 'OPEN' | 'CLOSED';

/** Whether a side has a live WebSocket, and since when (milliseconds since the epoch). */
export interface SideState {
  readonly status: 'CONNECTED' | 'DISCONNECTED';
  readonly lastUpdatedAt: number;
}

/** A tunnel, as all code outside the registry sees it. Times are milliseconds since the epoch. It holds no token. */
export interface Tunnel {
  readonly id: string;
  readonly region: string;
  readonly arn: string;
  /**
   * How many tunnels the service had opened before this one. It orders tunnels that were opened in the same
   * millisecond.
   */
  readonly sequence: number;
  /** Ids of the tunnel's services. Empty if it was opened without services. */
  readonly services: readonly string[];
  readonly description: string | undefined;
  readonly thingName: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
  readonly maxLifetimeMinutes: number;
  readonly status: TunnelStatus;
  /** The streams, as the relayed messages show them. */
  readonly streams: StreamLedger;
  sideState(side: Side): SideState;
  /** The side's live connection, if it has one. */
  connection(side: Side): SideConnection | undefined;
  setTags(tags: ReadonlyMap<string, string>): void;
}

/** The fields of a new tunnel. */
export type TunnelFields = Pick<
  Tunnel,
  'id' | 'region' | 'sequence' | 'services' | 'description' | 'thingName' | 'createdAt' | 'maxLifetimeMinutes'
> & {
  readonly tags: ReadonlyMap<string, string> | undefined;
  readonly tokens: Record<Side, TokenRecord>;
};

/** The objects that all tunnels of a service share. */
export interface TunnelSurroundings {
  readonly events: EventHub;
  readonly now: () => number;
  /** The account in the ARN: twelve digits. */
  readonly accountId: string;
  /** What the streams of all tunnels share. */
  readonly rememberedIds: Allowance;
  /** Before and after tags are set. @throws {ServiceError} LIMIT_EXCEEDED. */
  readonly checkTags: (record: TunnelRecord, tags: ReadonlyMap<string, string>) => void;
  readonly changed: (record: TunnelRecord) => void;
}

interface SideRecord {
  connection: SideConnection | undefined;
  lastUpdatedAt: number;
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();
const NOTHING = new Allowance(0);

/**
 * A tunnel as the registry sees it: it can be changed. Load tests open many tunnels that they never use. So the parts
 * that only a connected tunnel needs are made when they are needed.
 */
export class TunnelRecord implements Tunnel {
  readonly id: string;
  readonly region: string;
  readonly sequence: number;
  services: readonly string[];
  readonly description: string | undefined;
  thingName: string | undefined;
  readonly createdAt: number;
  lastUpdatedAt: number;
  readonly maxLifetimeMinutes: number;
  /**
   * Closed with `delete`. The tunnel is not visible any more, but a handshake with its token still finds a closed
   * tunnel.
   */
  deleted = false;
  /** Fires at the end of the tunnel's life. For a closed tunnel, it fires when the tunnel stops being visible. */
  timer: Timer | undefined;
  /** The valid token of each side: from the opening, or from the last rotation. */
  readonly tokens: Record<Side, TokenRecord>;
  #status: TunnelStatus = 'OPEN';
  #tags: ReadonlyMap<string, string> | undefined;
  #streams: StreamLedger | undefined;
  #source: SideRecord | undefined;
  #destination: SideRecord | undefined;
  readonly #surroundings: TunnelSurroundings;

  constructor(fields: TunnelFields, surroundings: TunnelSurroundings) {
    this.id = fields.id;
    this.region = fields.region;
    this.sequence = fields.sequence;
    this.services = fields.services;
    this.description = fields.description;
    this.thingName = fields.thingName;
    this.createdAt = fields.createdAt;
    this.lastUpdatedAt = fields.createdAt;
    this.maxLifetimeMinutes = fields.maxLifetimeMinutes;
    this.tokens = fields.tokens;
    this.#surroundings = surroundings;
    if (fields.tags !== undefined && fields.tags.size > 0) this.#tags = new Map(fields.tags);
  }

  get arn(): string {
    return `arn:${partitionOf(this.region).name}:iot:${this.region}:${this.#surroundings.accountId}:tunnel/${this.id}`;
  }

  get status(): TunnelStatus {
    return this.#status;
  }

  /** A closed tunnel never opens again. */
  markClosed(now: number): void {
    this.#status = 'CLOSED';
    this.lastUpdatedAt = now;
  }

  get tags(): ReadonlyMap<string, string> {
    return this.#tags ?? NO_TAGS;
  }

  setTags(tags: ReadonlyMap<string, string>): void {
    this.#surroundings.checkTags(this, tags);
    this.#tags = tags.size === 0 ? undefined : new Map(tags);
    this.#surroundings.changed(this);
  }

  get streams(): StreamLedger {
    const { events, now, rememberedIds } = this.#surroundings;
    this.#streams ??= new StreamLedger({
      ...{ tunnelId: this.id, services: () => this.services, events, now },
      remembered: this.#status === 'CLOSED' ? NOTHING : rememberedIds,
    });
    return this.#streams;
  }

  /** A closed tunnel has none. */
  forgetStreams(): void {
    this.#streams?.release();
    this.#streams = undefined;
  }

  sideState(side: Side): SideState {
    const { connection, lastUpdatedAt } = this.#side(side) ?? { lastUpdatedAt: this.createdAt };
    return { status: connection === undefined ? 'DISCONNECTED' : 'CONNECTED', lastUpdatedAt };
  }

  connection(side: Side): SideConnection | undefined {
    return this.#side(side)?.connection;
  }

  setConnection(side: Side, connection: SideConnection | undefined, now: number): void {
    const record: SideRecord = { connection, lastUpdatedAt: now };
    if (side === 'source') this.#source = record;
    else this.#destination = record;
  }

  #side(side: Side): SideRecord | undefined {
    return side === 'source' ? this.#source : this.#destination;
  }
}
