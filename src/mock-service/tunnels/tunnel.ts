import type { Side } from '../../protocol/index.js';
import type { SideConnection } from './side-connection.js';
import type { StreamLedger } from './stream-ledger.js';

export type TunnelStatus = 'OPEN' | 'CLOSED';

/** Whether a side has a live WebSocket, and since when that is so (ms since the epoch). */
export interface SideState {
  readonly status: 'CONNECTED' | 'DISCONNECTED';
  readonly lastUpdatedAt: number;
}

/** A tunnel as everybody but the registry sees it. Times are milliseconds since the epoch. Holds no token. */
export interface Tunnel {
  readonly id: string;
  readonly arn: string;
  /** How many tunnels the service had opened before: the order of their opening, without ties. */
  readonly sequence: number;
  /** Ids of the tunnel's services; empty where it was opened without any. */
  readonly services: readonly string[];
  readonly description: string | undefined;
  readonly thingName: string | undefined;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
  readonly maxLifetimeMinutes: number;
  readonly status: TunnelStatus;
  /** The streams as the service sees them. */
  readonly streams: StreamLedger;
  sideState(side: Side): SideState;
  /** The side's live connection, if it has one. */
  connection(side: Side): SideConnection | undefined;
}

/** What a tunnel is made of. */
export type TunnelFields = Pick<
  Tunnel,
  | 'id'
  | 'arn'
  | 'sequence'
  | 'services'
  | 'description'
  | 'thingName'
  | 'tags'
  | 'createdAt'
  | 'maxLifetimeMinutes'
  | 'streams'
>;

interface SideRecord {
  connection: SideConnection | undefined;
  lastUpdatedAt: number;
}

/** The registry's own view of a tunnel: the same, and changeable. */
export class TunnelRecord implements Tunnel {
  readonly id: string;
  readonly arn: string;
  readonly sequence: number;
  services: readonly string[];
  readonly description: string | undefined;
  thingName: string | undefined;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  lastUpdatedAt: number;
  readonly maxLifetimeMinutes: number;
  readonly streams: StreamLedger;
  /** Closed with `delete`: not to be seen any more, though its tokens still lead to a closed tunnel. */
  deleted = false;
  #status: TunnelStatus = 'OPEN';
  readonly #sides: Record<Side, SideRecord>;

  constructor(fields: TunnelFields) {
    this.id = fields.id;
    this.arn = fields.arn;
    this.sequence = fields.sequence;
    this.services = fields.services;
    this.description = fields.description;
    this.thingName = fields.thingName;
    this.tags = fields.tags;
    this.createdAt = fields.createdAt;
    this.lastUpdatedAt = fields.createdAt;
    this.maxLifetimeMinutes = fields.maxLifetimeMinutes;
    this.streams = fields.streams;
    this.#sides = {
      source: { connection: undefined, lastUpdatedAt: fields.createdAt },
      destination: { connection: undefined, lastUpdatedAt: fields.createdAt },
    };
  }

  get status(): TunnelStatus {
    return this.#status;
  }

  /** There is no way back: a closed tunnel never reopens (section 7). */
  markClosed(now: number): void {
    this.#status = 'CLOSED';
    this.lastUpdatedAt = now;
  }

  sideState(side: Side): SideState {
    const { connection, lastUpdatedAt } = this.#sides[side];
    return { status: connection === undefined ? 'DISCONNECTED' : 'CONNECTED', lastUpdatedAt };
  }

  connection(side: Side): SideConnection | undefined {
    return this.#sides[side].connection;
  }

  setConnection(side: Side, connection: SideConnection | undefined, now: number): void {
    this.#sides[side].connection = connection;
    this.#sides[side].lastUpdatedAt = now;
  }
}
