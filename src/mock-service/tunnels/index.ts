/** The state of tunnels and tokens. It runs on an injected clock and opens no socket. */
export { type Accepted, type Admission, REASON, type Rejected, rejected } from './admission.js';
export type { HandshakeRequest } from './handshake-request.js';
export {
  LONGEST_LIFETIME_MINUTES,
  LONGEST_NAME,
  NAME_PATTERN,
  type OpenTunnelInput,
  openTunnelSchema,
  type RotateInput,
  SHORTEST_LIFETIME_MINUTES,
} from './open-input.js';
export { DOCUMENTED_SERVICES_PER_TUNNEL, type QuotaOptions, quotaSchema } from './quotas.js';
export { TunnelRegistry } from './registry.js';
export {
  type Connected,
  DEFAULT_VISIBLE_CLOSED_MS,
  type OpenedTunnel,
  type RotatedTokens,
  type TunnelRegistryOptions,
} from './registry-types.js';
export type { SideConnection } from './side-connection.js';
export type { SideState, Tunnel, TunnelStatus } from './tunnel.js';
export {
  type DestinationConfig,
  type Notification,
  type NotifyDevice,
  TunnelActions,
} from './tunnel-actions.js';
