import { Worker } from 'node:worker_threads';
import { ServiceError } from '../kit/index.js';
import type { Notification } from '../tunnels/index.js';
import type { BrokerPlace, FromBroker, ToBroker } from './broker-worker.js';
import type { EmbeddedBroker } from './embedded-broker.js';

/** The largest heap of the thread, in megabytes. If the broker needs more, it is ended and started again. */
const MAX_HEAP_MB = 128;
/** How long to wait before starting a failed broker again, in milliseconds. */
const RESTART_MS = 1000;
/** How long a broker may take to close, in milliseconds. */
const CLOSE_MS = 1000;

export interface BrokerThreadOptions extends BrokerPlace {
  /** Called each time the broker has failed. It is then started again on the same port. */
  readonly onFailure: (reason: string) => void;
  /** The thread's code. Tests replace it to see what happens when it fails. */
  readonly code?: URL;
}

/** A thread cannot load TypeScript. So if this file runs from source, as in tests, the thread runs the built code. */
const OWN_CODE = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/src/mock-service/devices/broker-worker.js', import.meta.url)
  : new URL('./broker-worker.js', import.meta.url);

/**
 * Starts the embedded broker in its own thread. If a device crashes the broker, the service goes on.
 * @throws {ServiceError} CANNOT_LISTEN.
 */
export async function startBrokerThread(options: BrokerThreadOptions): Promise<EmbeddedBroker> {
  const broker = new BrokerThread(options);
  await broker.start();
  return broker;
}

class BrokerThread implements EmbeddedBroker {
  readonly #options: BrokerThreadOptions;
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  host = '';
  port = 0;
  #worker: Worker | undefined;
  #lastId = 0;
  #restart: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(options: BrokerThreadOptions) {
    this.#options = options;
  }

  /** Resolves when the broker listens. */
  start(): Promise<void> {
    const { code = OWN_CODE, onFailure: _, ...place } = this.#options;
    const workerData: BrokerPlace = { ...place, port: this.port || place.port };
    const worker = new Worker(code, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let reason = 'it ended';
      worker.on('message', (message: FromBroker) => {
        if (message.kind === 'listening') {
          this.host = message.host;
          this.port = message.port;
          resolve();
        } else if (message.kind === 'cannot-listen') {
          reject(new ServiceError('CANNOT_LISTEN', message.reason));
        } else this.#published(message);
      });
      worker.on('error', (error) => {
        reason = error instanceof Error ? error.message : String(error);
      });
      worker.once('exit', () => {
        this.#worker = undefined;
        const problem = new Error(`The embedded broker failed: ${reason}`);
        for (const { reject: fail } of this.#waiting.values()) fail(problem);
        this.#waiting.clear();
        reject(problem);
        if (this.port !== 0 && !this.#closing) this.#startAgain(problem.message);
      });
    });
  }

  publish(notification: Notification): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) {
      return Promise.reject(new Error('The embedded broker failed and is being started again; try again'));
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'publish', id, notification } satisfies ToBroker);
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    worker.postMessage({ kind: 'close' } satisfies ToBroker);
    await exited;
    clearTimeout(timer);
  }

  #startAgain(reason: string): void {
    this.#options.onFailure(`${reason}; it is being started again`);
    this.#restart = setTimeout(() => {
      this.start().catch((error: Error) => {
        // If the thread exits, the exit handler starts it again. This is for a broker that could not listen.
        if (error instanceof ServiceError && !this.#closing) this.#startAgain(error.message);
      });
    }, RESTART_MS);
  }

  #published({ id, problem }: Extract<FromBroker, { kind: 'published' }>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (problem === undefined) waiting?.resolve();
    else waiting?.reject(new Error(problem));
  }
}
