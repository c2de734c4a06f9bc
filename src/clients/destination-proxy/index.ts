export {
  type DestinationProxyOptions,
  type StartedDestinationProxy,
  startDestinationProxy,
} from './destination-proxy.js';
