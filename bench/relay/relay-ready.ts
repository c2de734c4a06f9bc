import type { Side } from '../../src/protocol/index.js';

/** Where a relay listens. One with tokens speaks the tunnel's handshake and sends SERVICE_IDS first. */
export interface RelayReady {
  readonly port: number;
  readonly tokens?: Readonly<Record<Side, string>>;
}
