import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/scenario-runner/trial/free-port.js';
import { within } from '../../support/within.js';
import { Finding } from '../finding.js';
import { AdminApi } from './admin-api.js';
import { HostileSocket } from './hostile-socket.js';
import { Neighbour } from './neighbour.js';
import { PATIENCE_MS, WatchedProcess } from './watched-process.js';

/** What the service may hold at most, in megabytes, whatever is sent. docs/reliability.md promises it. */
export const MOST_MEGABYTES = 700;
/** Connections that the fuzzer has ended and the service has not, before it waits for them. */
const MOST_ENDING = 200;
/** A tunnel lives twelve hours of the service's clock; its neighbours are replaced well before. */
const NEIGHBOURS_LIVE_MS = 8 * 3_600_000;
const NOTHING = /^$/;

/** The service as a process, with an honest tunnel over TLS and a plain one beside what it is sent. */
export class FuzzedService implements AsyncDisposable {
  readonly #ending = new Set<HostileSocket>();
  readonly #neighbours: Neighbour[] = [];
  #neighboursSince = 0;

  private constructor(
    readonly process: WatchedProcess,
    readonly api: AdminApi,
    readonly ca: string,
    readonly mqttPort: number,
    readonly folder: string,
  ) {}

  /** `nodeArgs` are for Node itself, and `expected` says which lines of its standard error they bring. */
  static async start({
    nodeArgs = [],
    expected = NOTHING,
  }: {
    nodeArgs?: string[];
    expected?: RegExp;
  } = {}): Promise<FuzzedService> {
    const folder = await mkdtemp(join(tmpdir(), 'testbed-fuzz-'));
    const mqttPort = await freePort();
    const all = ['serve', '--port', '0', '--mqtt-port', String(mqttPort), '--state-dir', folder];
    const process = new WatchedProcess([...all, '--json', '--log-level', 'error'], expected, { nodeArgs });
    const started = process.event('ready');
    // A service that does not start in time must not stay behind.
    started.catch(() => process[Symbol.asyncDispose]());
    const { endpoint, caPath } = (await started) as { endpoint: string; caPath: string };
    const api = new AdminApi(Number(endpoint.split(':').at(-1)));
    const service = new FuzzedService(process, api, readFileSync(caPath, 'utf8'), mqttPort, folder);
    await service.#replaceNeighbours();
    return service;
  }

  /** The tunnels of its neighbours, which no input may touch. */
  get neighbourIds(): string[] {
    return this.#neighbours.map(({ tunnelId }) => tunnelId);
  }

  connect(tls: boolean): HostileSocket {
    return HostileSocket.open(this.api.port, tls ? this.ca : undefined);
  }

  /** Ends a connection from this side, and expects that the service ends it too. */
  finish(socket: HostileSocket): void {
    socket.end();
    this.#ending.add(socket);
    void socket.closed.then(() => this.#ending.delete(socket));
  }

  /** The process lives, answers, is small, and has written nothing that it must not; its neighbours lose nothing. */
  async check(): Promise<void> {
    if (this.process.ended) throw new Finding(`The service has ended: ${this.process.last}`);
    try {
      if (this.api.advancedMs - this.#neighboursSince > NEIGHBOURS_LIVE_MS) await this.#replaceNeighbours();
      const health = this.api.call('GET', '/admin/health');
      await Promise.all([health, ...this.#neighbours.map((neighbour) => neighbour.exchange())]);
      const { status } = await health;
      if (status !== 200) throw new Finding(`/admin/health answers with ${status}`);
      if (this.#ending.size > MOST_ENDING) await this.settle();
    } catch (error) {
      if (this.process.ended) throw new Finding(`The service has ended: ${this.process.last}`);
      throw error;
    }
    this.process.judge(MOST_MEGABYTES);
  }

  async #replaceNeighbours(): Promise<void> {
    this.#neighboursSince = this.api.advancedMs;
    for (const old of this.#neighbours.splice(0)) {
      old[Symbol.dispose]();
      await this.api.forgetTunnel(old.tunnelId);
    }
    this.#neighbours.push(await Neighbour.start(this.api), await Neighbour.start(this.api, this.ca));
  }

  /** Takes away what an input has installed. */
  async clean(): Promise<void> {
    await this.api.call('DELETE', '/admin/faults');
    const { body } = await this.api.call('GET', '/admin/captures');
    const { captures } = JSON.parse(body) as { captures: { id: string }[] };
    for (const { id } of captures) await this.api.call('DELETE', `/admin/captures/${id}`);
    await this.check();
  }

  /** Waits until the service has ended every connection that was ended from here. */
  async settle(): Promise<void> {
    const closed = Promise.all([...this.#ending].map((socket) => socket.closed));
    try {
      await within(closed, 'connections that their client has ended', PATIENCE_MS);
    } catch {
      throw new Finding(`The service keeps ${this.#ending.size} connections that their client has ended`);
    }
  }

  /** Ends in order. @throws {Finding} if it does not, or has a last word. */
  async stop(): Promise<void> {
    await this.settle();
    await this.check();
    for (const neighbour of this.#neighbours) neighbour[Symbol.dispose]();
    await this.process.stop();
    this.process.judge(MOST_MEGABYTES);
    if (this.process.child.exitCode !== 0)
      throw new Finding(`The service has stopped with ${this.process.last}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const neighbour of this.#neighbours) neighbour[Symbol.dispose]();
    for (const socket of this.#ending) socket.destroy();
    this.api[Symbol.dispose]();
    await this.process[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
