export type { Asking, Refusal } from './ask-for-tunnel.js';
export {
  hintFor,
  type OpenTunnel,
  OpenTunnelError,
  openTunnelByAwsJson,
  type TunnelTokens,
} from './open-tunnel.js';
export { openTunnelByCommand, openTunnelFromList } from './other-tunnels.js';
export { RawPeer } from './raw-peer.js';
export { ServiceTrial, type ServiceUnderTest } from './service-trial.js';
