import { isMainThread, Worker } from 'node:worker_threads';

/** The event loop says this often that it turns, in milliseconds. */
const BEAT_MS = 200;
/**
 * Processor time that this process may use while its event loop does not turn, in milliseconds. It is no time of the clock:
 * on a busy machine a process may stand still for long and do nothing wrong.
 */
const HELD_UP_MS = 3000;

/** What main thread and watching thread share: how often the loop has turned, and how often it was held up. */
const [BEATS, TIMES] = [0, 1];

/**
 * A thread that watches the event loop. If a scenario goes round in promises alone, no timer, socket or signal is looked at
 * any more, so no bound of the engine holds. The thread then ends the JavaScript that runs (`Runtime.terminateExecution`):
 * the loop turns again, and whoever listens is told.
 */
export class LoopGuard implements AsyncDisposable {
  readonly #listeners = new Set<() => void>();
  readonly #shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #timer: NodeJS.Timeout;
  readonly #worker: Worker | undefined;

  constructor() {
    this.#timer = setInterval(() => Atomics.add(this.#shared, BEATS, 1), BEAT_MS);
    this.#timer.unref();
    // The inspector reaches the main thread only. A Node without inspector goes unwatched.
    if (!isMainThread || !process.features.inspector) return;
    this.#worker = new Worker(WATCH, {
      eval: true,
      workerData: { shared: this.#shared, heldUpMs: HELD_UP_MS, lookMs: BEAT_MS },
    });
    this.#worker.unref();
    this.#worker.on('error', () => {});
    this.#worker.on('message', () => {
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** How often the loop was held up: known at once, even before a listener is told. */
  get times(): number {
    return Atomics.load(this.#shared, TIMES);
  }

  /** Tells the listener each time the loop was held up. @returns how to listen no longer. */
  onHeldUp(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker?.terminate();
  }
}

/** What the thread runs. It is text so that it is the same in sources and in what is built. */
const WATCH = `
const { parentPort, workerData } = require('node:worker_threads');
const { Session } = require('node:inspector');
const { shared, heldUpMs, lookMs } = workerData;
let last = -1;
let used = process.cpuUsage();
setInterval(() => {
  const beat = Atomics.load(shared, ${BEATS});
  const { user, system } = process.cpuUsage(used);
  if (beat === last && user + system < heldUpMs * 1000) return;
  used = process.cpuUsage();
  if (beat !== last) {
    last = beat;
    return;
  }
  Atomics.add(shared, ${TIMES}, 1);
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    parentPort.postMessage('held up');
  });
}, lookMs);
`;
