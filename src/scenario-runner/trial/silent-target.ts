import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Address } from '../adapters/index.js';

/** Connections that fill the shortest queue of a listener, with some to spare. */
const FILLING = 6;
/** A dial of this machine that has not been answered by then waits, in milliseconds. */
const PROBE_MS = 50;

/**
 * Listens with the shortest queue and then blocks its thread, so that nothing is accepted: once the queue is full, the
 * system leaves whoever dials without an answer.
 */
const PROGRAM = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer();
server.once('error', (error) => parentPort.postMessage(String(error)));
server.listen({ ...workerData.address, backlog: 1 }, () => {
  parentPort.postMessage('listens');
  setImmediate(() => Atomics.wait(new Int32Array(workerData.gate), 0, 0));
});
`;

/** A target that neither accepts nor refuses: whoever dials it waits. */
export class SilentTarget {
  readonly #worker: Worker;
  readonly #gate: SharedArrayBuffer;
  readonly #fillers: readonly Socket[];

  private constructor(worker: Worker, gate: SharedArrayBuffer, fillers: readonly Socket[]) {
    this.#worker = worker;
    this.#gate = gate;
    this.#fillers = fillers;
  }

  /** Undefined where the system answers all the same. */
  static async at({ host, port }: Address): Promise<SilentTarget | undefined> {
    const gate = new SharedArrayBuffer(4);
    const workerData = { address: { host, port }, gate };
    const worker = new Worker(PROGRAM, { eval: true, workerData });
    const [said] = (await once(worker, 'message')) as [string];
    if (said !== 'listens') throw new Error(`The target cannot listen: ${said}`);
    const fillers = Array.from({ length: FILLING }, () => connect({ host, port }).on('error', () => {}));
    const target = new SilentTarget(worker, gate, fillers);
    if (await isSilent({ host, port })) return target;
    await target.close();
    return undefined;
  }

  /** The port is free again when it resolves; whoever waited is refused, or finds who listens next. */
  async close(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    const gate = new Int32Array(this.#gate);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await this.#worker.terminate();
  }
}

/** Whether a dial waits; it is given up again. */
function isSilent({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (silent: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(silent);
    };
    const timer = setTimeout(() => settle(true), PROBE_MS);
    socket.once('connect', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
