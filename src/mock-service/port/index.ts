/** The port: it serves TLS and plain connections, and reports why it cannot listen on an address. */
export { type ListenOptions, listen, listenAlso } from './listen.js';
export { type OpenPort, openPort, type PortOptions } from './port.js';
