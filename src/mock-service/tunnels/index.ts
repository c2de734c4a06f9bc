/** The tunnels: pure state on an injected clock. Everything else of the service reaches them through this list. */
export { type Accepted, type Admission, REASON, type Rejected, rejected } from './admission.js';
export { AdvanceableClock, type Clock, type Timer } from './clock.js';
export { type Close, type Closes, DEFAULT_CLOSES } from './closes.js';
export { ServiceError, type ServiceErrorCode } from './errors.js';
export {
  EventHub,
  type ServiceEvent,
  type ServiceEventName,
  type ServiceEvents,
  type TunnelCloseCause,
} from './events.js';
export type { Finding } from './finding.js';
export type { HandshakeRequest } from './handshake-request.js';
export { judgeFrame } from './judge-frame.js';
export { LONGEST_LIFETIME_MINUTES, type OpenTunnelInput } from './open-input.js';
export { DOCUMENTED_SERVICES_PER_TUNNEL, type QuotaOptions } from './quotas.js';
export { cryptoRandom, newUuid, type RandomPurpose, type RandomSource, seededRandom } from './random.js';
export { TunnelRegistry } from './registry.js';
export {
  type Connected,
  DEFAULT_VISIBLE_CLOSED_MS,
  type OpenedTunnel,
  type RotatedTokens,
  type RotateInput,
  type TunnelRegistryOptions,
} from './registry-types.js';
export type { SideConnection } from './side-connection.js';
export { type StreamAddress, StreamLedger, type StreamView } from './stream-ledger.js';
export { trackFrame } from './track-frame.js';
export type { SideState, Tunnel, TunnelStatus } from './tunnel.js';
