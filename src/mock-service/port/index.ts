/** The port: it serves TLS and plain connections, HTTP and MQTT, and reports why it cannot listen on an address. */
export { MQTT_PROTOCOLS, type MqttEntrance } from './dispatch.js';
export { type ListenOptions, listen, listenAlso } from './listen.js';
export { peek } from './peek.js';
export { type OpenPort, openPort, type PortOptions } from './port.js';
export type { TlsRole } from './tls-role.js';
