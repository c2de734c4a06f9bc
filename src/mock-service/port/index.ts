/** The port: TLS and plain on one, and what it means that an address cannot be listened on. */
export { type ListenOptions, listen, listenAlso } from './listen.js';
export { type OpenPort, openPort, type PortOptions } from './port.js';
