import type { Side } from '../../src/protocol/index.js';

/** The port of a relay. A relay with tokens requires the tunnel's handshake and sends SERVICE_IDS first. */
export interface RelayReady {
  readonly port: number;
  readonly tokens?: Readonly<Record<Side, string>>;
}
