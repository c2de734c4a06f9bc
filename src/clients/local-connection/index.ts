export { type DialOptions, dial } from './dial.js';
export { DialledConnection } from './dialled-connection.js';
export { LocalConnection } from './local-connection.js';
export { type LocalOptions, resolveLocalOptions } from './options.js';
export type { LocalEnd, LocalLimits, TunnelPort } from './types.js';
