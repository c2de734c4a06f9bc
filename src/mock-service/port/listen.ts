import { ServiceError } from '../kit/index.js';
import { type OpenPort, openPort, type PortOptions } from './port.js';

export type ListenOptions = Pick<
  PortOptions,
  'host' | 'port' | 'authority' | 'http' | 'mqtt' | 'tlsRole' | 'handshakeTimeoutMs'
>;

const LOOPBACK_V4 = '127.0.0.1';
const LOOPBACK_V6 = '::1';
/** How often a random port is tried: a port that is free on one loopback address may be in use on the other. */
const ATTEMPTS = 10;

/**
 * Opens the service's port. `localhost` means both loopback addresses, if the machine has both.
 * @throws {ServiceError} CANNOT_LISTEN; its message has the address and the reason.
 */
export async function listen(options: ListenOptions): Promise<OpenPort[]> {
  if (options.host !== 'localhost') return [await open(options, options.host, options.port)];
  for (let attempt = 1; ; attempt++) {
    const first = await open(options, LOOPBACK_V4, options.port);
    try {
      return [first, await openPort({ ...options, host: LOOPBACK_V6, port: first.port })];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [first];
      await first.close();
      const again = code === 'EADDRINUSE' && options.port === 0 && attempt < ATTEMPTS;
      if (!again) throw cannotListen(error, LOOPBACK_V6, first.port);
    }
  }
}

/**
 * Opens the service's port and further ports for the same server. The first port in the result is the service's own.
 * @throws {ServiceError} CANNOT_LISTEN; then no port stays open.
 */
export async function listenAlso(options: ListenOptions, further: readonly number[]): Promise<OpenPort[]> {
  const opened: OpenPort[] = [];
  try {
    for (const port of [options.port, ...further]) opened.push(...(await listen({ ...options, port })));
    return opened;
  } catch (error) {
    await Promise.all(opened.map((one) => one.close()));
    throw error;
  }
}

async function open(options: ListenOptions, host: string, port: number): Promise<OpenPort> {
  try {
    return await openPort({ ...options, host, port });
  } catch (error) {
    throw cannotListen(error, host, port);
  }
}

function cannotListen(error: unknown, host: string, port: number): ServiceError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const advice: Record<string, string> = {
    EADDRINUSE:
      'the port is in use; stop the program that uses it, or give another port (0 picks a free one)',
    EACCES: 'the port needs privileges; give one above 1023',
    EADDRNOTAVAIL: 'the machine does not have this address; give an address that it has',
    ENOTFOUND: 'the name is not known; give an address',
  };
  return new ServiceError(
    'CANNOT_LISTEN',
    `Cannot listen on ${host} port ${port}: ${advice[code] ?? message}`,
  );
}
