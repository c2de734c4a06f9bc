export { type SourceProxyOptions, type StartedSourceProxy, startSourceProxy } from './source-proxy.js';
