import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Address } from '../adapters/index.js';
import { endedInstead, Skip } from '../verdicts/index.js';
import { AppSocket } from './app-socket.js';
import { finding } from './blame.js';
import type { ClientUnderTest } from './client.js';
import { freePort } from './free-port.js';
import { Queue } from './queue.js';
import { SilentTarget } from './silent-target.js';
import type { Transcript } from './transcript.js';
import type { Wait } from './wait.js';

/**
 * A client may start to listen only after SERVICE_IDS, and no message says when it does. So the dial is repeated after
 * this time, in milliseconds.
 */
const RETRY_MS = 15;

/** The programs at the client's TCP end: applications that dial a source, and targets that a destination dials. */
export class Application {
  readonly ports: Map<string, Address>;
  readonly #transcript: Transcript;
  readonly #patienceMs: number;
  readonly #targets = new Map<string, { server: Server; accepted: Queue<AppSocket> }>();
  readonly #sockets = new Set<Socket>();
  readonly #silent = new Map<string, SilentTarget>();
  #count = 0;
  #client: ClientUnderTest | undefined;
  /**
   * Whether a target does not read its new connections at first.
   * @internal
   */
  acceptsPaused = false;

  constructor(ports: Map<string, Address>, transcript: Transcript, patienceMs: number) {
    this.ports = ports;
    this.#transcript = transcript;
    this.#patienceMs = patienceMs;
  }

  /**
   * The client that applications dial.
   * @internal
   */
  meets(client: ClientUnderTest): void {
    this.#client = client;
  }

  /**
   * A target starts to listen for a service, so that a destination can dial it. Default: a free port of this machine. No
   * connection gets that port while the target has stopped, so that it can listen there again.
   */
  async listens(serviceId: string, address?: Address): Promise<void> {
    const accepted = new Queue<AppSocket>();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: this.acceptsPaused }, (socket) => {
      const name = `target ${serviceId} #${++this.#count}`;
      this.#transcript.note('app', `${name} accepts`);
      accepted.push(this.#keep(socket, name, this.acceptsPaused));
    });
    const at = address ?? { host: '127.0.0.1', port: await freePort() };
    await listen(server, at);
    this.#targets.set(serviceId, { server, accepted });
    this.ports.set(serviceId, at);
  }

  /** A target stops listening: from now on a dial is refused. Open connections stay. */
  stops(serviceId: string): void {
    this.#targets.get(serviceId)?.server.close();
    this.#targets.delete(serviceId);
    this.#transcript.recent.happened('target-that-refuses');
    this.#transcript.note('app', `target ${serviceId} stops listening`);
  }

  /**
   * A target no longer answers: a dial waits until {@link answers}. Open connections stay.
   * @throws {Skip} if the system itself answers
   */
  async fallsSilent(serviceId: string): Promise<void> {
    this.stops(serviceId);
    const silent = await SilentTarget.at(this.ports.get(serviceId)!);
    if (silent === undefined) throw new Skip('on this system every dial is answered');
    this.#silent.set(serviceId, silent);
    this.#transcript.recent.happened('target-that-is-silent');
    this.#transcript.note('app', `target ${serviceId} lets dials wait`);
  }

  /** A target that was silent or had stopped accepts again, at the same address. */
  async answers(serviceId: string): Promise<void> {
    await this.#silent.get(serviceId)?.close();
    this.#silent.delete(serviceId);
    await this.listens(serviceId, this.ports.get(serviceId)!);
    this.#transcript.note('app', `target ${serviceId} accepts again`);
  }

  /** The next connection from the destination to a target. */
  accepted(serviceId: string, signal?: AbortSignal): Wait<AppSocket> {
    const target = this.#targets.get(serviceId);
    if (target === undefined) throw new Error(`The scenario has no target for service '${serviceId}'`);
    return target.accepted.take(() => true, signal);
  }

  /**
   * Connections from the destination that no scenario asked for.
   * @internal
   */
  unexpected(serviceId: string): number {
    return this.#targets.get(serviceId)?.accepted.untaken.length ?? 0;
  }

  /**
   * Dials the port where the source listens for a service.
   * @throws {Finding} S3 if nothing listens in time.
   */
  async connects(serviceId: string, { paused = false } = {}): Promise<AppSocket> {
    const client = this.#client!;
    const deadline = performance.now() + this.#patienceMs;
    const name = `app ${serviceId} #${++this.#count}`;
    for (;;) {
      client.throwIfCrashed();
      const address = client.listens(serviceId, this.ports);
      const socket = address === undefined ? undefined : await dial(address);
      if (socket !== undefined) {
        this.#transcript.note('app', `${name} connects`);
        return this.#keep(socket, name, paused);
      }
      if (performance.now() > deadline || client.exit !== undefined) {
        const where = address === undefined ? 'no address known' : `port ${address.port}`;
        const symptom = client.exit === undefined ? 'does-not-listen' : endedInstead('does-not-listen');
        throw finding('S3', symptom, where);
      }
      await pause(RETRY_MS);
    }
  }

  /**
   * Ends every connection. Resolves when the ports of the targets are free again.
   * @internal
   */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([...this.#silent.values()].map((silent) => silent.close()));
    const servers = [...this.#targets.values()].map(({ server }) => server);
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  #keep(socket: Socket, name: string, paused: boolean): AppSocket {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return new AppSocket(socket, name, this.#transcript, paused);
  }
}

function dial(address: Address): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port, allowHalfOpen: true });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', () => resolve(undefined));
  });
}

function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
