export { Backoff, type BackoffOptions } from './backoff.js';
export { type Endpoint, endpointOfRegion, parseEndpoint } from './endpoint.js';
export type { ExitReason } from './exit-reason.js';
export { HandshakeRejected } from './handshake.js';
export {
  type ConnectionOptions,
  type ConnectionSettings,
  resolveConnectionOptions,
  wholeNumber,
} from './options.js';
export type { Session } from './session.js';
export { TunnelConnection } from './tunnel-connection.js';
