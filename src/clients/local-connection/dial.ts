import { connect, type Socket } from 'node:net';
import { type Clock, wait } from '../clock.js';
import { ClientError, reasonOf } from '../errors.js';
import { type LocalAddress, labelOf } from '../service-mapping/index.js';

/** How a destination dials its services (S4). */
export interface DialOptions {
  /** The number of tries. Default 6, as in the reference local proxy. */
  readonly tries?: number;
  /** The wait between two tries, in milliseconds. Default 2500, as in the reference local proxy. */
  readonly delayMs?: number;
  /** The longest time of one try, in milliseconds. Default 10000. */
  readonly timeoutMs?: number;
}

/**
 * Dials a local service. `lastTry` is called before each wait. If it returns true, there is no further try.
 * @throws {ClientError} SERVICE_UNREACHABLE after the last try, or the signal's reason.
 */
export async function dial(
  address: LocalAddress,
  options: Required<DialOptions>,
  clock: Clock,
  signal: AbortSignal,
  lastTry: () => boolean,
): Promise<Socket> {
  for (let count = 1; ; count++) {
    try {
      return await dialOnce(address, options.timeoutMs, clock, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (count < options.tries && !lastTry()) {
        await wait(clock, options.delayMs, signal);
        continue;
      }
      const tries = count === 1 ? '1 try' : `${count} tries`;
      const what = `${labelOf(address)} cannot be reached after ${tries}: ${reasonOf(error)}; check that it listens`;
      throw new ClientError('SERVICE_UNREACHABLE', what, { cause: error });
    }
  }
}

function dialOnce(
  address: LocalAddress,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const target = 'path' in address ? { path: address.path } : { host: address.host, port: address.port };
    const socket = connect({ ...target, allowHalfOpen: true, noDelay: true });
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
      socket.off('error', failed);
    };
    const failed = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const abort = (): void => failed(new Error(reasonOf(signal.reason)));
    const timer = clock.after(timeoutMs, () => failed(new Error(`no answer within ${timeoutMs} ms`)));
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', failed);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    if (signal.aborted) abort();
  });
}
