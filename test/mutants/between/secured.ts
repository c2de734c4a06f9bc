import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from '../../../src/scenario-runner/index.js';

/**
 * How a mutant meets the service's certificate. `none`: without TLS; `verified`: as a good client does; then what it trusts
 * all the same; `or plain`: where TLS fails it goes on without.
 */
export type Trust = 'none' | 'verified' | 'anything' | 'any name' | 'any date' | 'or plain';

/** What a mutant that overlooks dates forgives. */
const OF_DATES = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** Dials the service; `ready` is called once bytes may be written to it. */
export function dial(address: Address, trust: Trust, ca: string, ready: (socket: Socket) => void): Socket {
  const { host, port } = address;
  if (trust === 'none') {
    const socket = connect({ host, port });
    ready(socket);
    return socket;
  }
  const isLax = trust === 'anything' || trust === 'any date';
  const socket = connectTls({
    ...{ host, port, ca, rejectUnauthorized: !isLax },
    ...(trust === 'any name' && { checkServerIdentity: () => undefined }),
  });
  socket.once('secureConnect', () => {
    // The types say Error; it is a code.
    const error = socket.authorizationError as unknown as string | null;
    if (trust === 'any date' && error !== null && !OF_DATES.includes(error)) socket.destroy();
    else ready(socket);
  });
  return socket;
}
