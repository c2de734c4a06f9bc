export { ControlPlane, type ControlPlaneOptions, MAX_REQUEST_BYTES } from './control-plane.js';
export type { HttpHandler } from './exchange.js';
export type { KeyPair } from './signature/verify.js';
export { type DestinationConfig, type NotifyDevice, TunnelActions } from './tunnel-actions.js';
