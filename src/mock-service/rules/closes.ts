/** A WebSocket close: its code and its reason (at most 123 bytes of UTF-8, RFC 6455 5.5.1). */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Why the service ends a WebSocket, where the reason is a fixed text (D21, D22, D24, D28; each is an option). */
export interface Closes {
  /** CloseTunnel, or the end of the tunnel's life (S16). */
  readonly tunnelClosed: Close;
  /** A newer handshake took the side over (H12). */
  readonly replaced: Close;
  /** The token the connection came with was rotated. */
  readonly rotated: Close;
  /** The service stops. */
  readonly stopping: Close;
}

export const DEFAULT_CLOSES: Closes = {
  tunnelClosed: { code: 1000, reason: 'Tunnel is closed' },
  replaced: { code: 1008, reason: 'Connection is replaced by another connection' },
  rotated: { code: 1008, reason: 'Access token was rotated' },
  stopping: { code: 1001, reason: 'Service is stopping' },
};
