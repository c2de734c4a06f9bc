/**
 * `tunnel-testbed/clients`: real local proxies for AWS IoT Secure Tunneling, in the formats V1, V2 and V3. They work with
 * the mock service and, if a region is given, with AWS.
 */
export { type AgentListeners, type AgentOptions, type StartedAgent, startAgent } from './agent/index.js';
export type { Clock, Timer } from './clock.js';
export { type ConnectToServiceOptions, connectToService } from './connect-to-service.js';
export {
  type DestinationProxyOptions,
  type StartedDestinationProxy,
  startDestinationProxy,
} from './destination-proxy.js';
export { CLIENT_ERRORS, ClientError, type ClientErrorCode } from './errors.js';
export type { DialOptions, LocalOptions } from './local-connection/index.js';
export { type Logger, silentLogger } from './logger.js';
export {
  type LocalAddress,
  parseServiceMapping,
  type ServiceMapping,
  type ServiceMappingInput,
} from './service-mapping/index.js';
export { type SourceProxyOptions, type StartedSourceProxy, startSourceProxy } from './source-proxy/index.js';
export type { ClientEvents, StartedClient } from './tunnel-client/index.js';
export {
  type BackoffOptions,
  type ConnectionOptions,
  type Endpoint,
  type ExitReason,
  endpointOfRegion,
  HandshakeRejected,
  parseEndpoint,
} from './tunnel-connection/index.js';
