import type { Side, Subprotocol } from '../../protocol/index.js';

/** One side's live WebSocket, as the tunnels see it. The data plane implements it. */
export interface SideConnection {
  /** Unique. The client got it in the `channel-id` header (H10). */
  readonly channelId: string;
  readonly side: Side;
  readonly tunnelId: string;
  readonly subprotocol: Subprotocol;
  /**
   * Closes the WebSocket with this code and reason, and stops relaying. When this is called, the side already counts as
   * disconnected. A later `registry.disconnected(...)` for this connection changes nothing.
   */
  end(code: number, reason: string): void;
}
