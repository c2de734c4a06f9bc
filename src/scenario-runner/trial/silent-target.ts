import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Address } from '../adapters/index.js';

/** More connections than the shortest queue of a listener can hold. */
const FILLING = 6;
/** A dial on this machine that has no answer after this time waits, in milliseconds. */
const PROBE_MS = 50;

/**
 * Listens with the shortest queue and then blocks its thread, so that nothing is accepted. When the queue is full, the
 * system does not answer further dials.
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

/** A target that neither accepts nor refuses, so that a dial waits. */
export class SilentTarget {
  readonly #worker: Worker;
  readonly #gate: SharedArrayBuffer;
  readonly #fillers: readonly Socket[];

  private constructor(worker: Worker, gate: SharedArrayBuffer, fillers: readonly Socket[]) {
    this.#worker = worker;
    this.#gate = gate;
    this.#fillers = fillers;
  }

  /** Undefined if the system answers anyway. */
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

  /** When it resolves, the port is free again. Waiting dials are refused, or reach the next listener. */
  async close(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    const gate = new Int32Array(this.#gate);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await this.#worker.terminate();
  }
}

/** Whether a dial waits. The dial is given up afterwards. */
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
