export type { ClientEvents, StartedClient } from './events.js';
export { Started } from './started.js';
export { TunnelClient } from './tunnel-client.js';
