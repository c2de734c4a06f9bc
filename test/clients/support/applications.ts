import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { within } from '../../support/within.js';

/** An application's socket, with what it received. */
export class Application {
  readonly ended: Promise<void>;
  readonly closed: Promise<void>;
  error: Error | undefined;
  #received: Buffer[] = [];
  #length = 0;
  #waiting: (() => void)[] = [];

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#length += chunk.length;
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    this.ended = new Promise((resolve) => socket.once('end', resolve));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  get received(): Buffer {
    return Buffer.concat(this.#received, this.#length);
  }

  /** Waits until at least `length` bytes have come. */
  async bytes(length: number): Promise<Buffer> {
    const check = async (): Promise<Buffer> => {
      while (this.#length < length) {
        await Promise.race([
          new Promise<void>((resolve) => this.#waiting.push(resolve)),
          this.closed.then(() => {
            if (this.#length < length) throw new Error(`Closed after ${this.#length} of ${length} bytes`);
          }),
        ]);
      }
      return this.received;
    };
    return within(check(), `${length} bytes at an application`);
  }
}

/** Connects an application to a port. */
export async function application(port: number, host = '127.0.0.1'): Promise<Application> {
  const socket = connect({ host, port, allowHalfOpen: true });
  const app = new Application(socket);
  await within(once(socket, 'connect'), `a connection to ${host}:${port}`);
  return app;
}

/** A local service whose accepted sockets a test takes one by one. */
export class LocalService implements AsyncDisposable {
  #accepted: Application[] = [];
  #waiting: (() => void)[] = [];
  count = 0;

  private constructor(readonly server: Server) {
    server.on('connection', (socket) => {
      this.count++;
      this.#accepted.push(new Application(socket));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async start(listen: { port?: number; path?: string; host?: string } = {}): Promise<LocalService> {
    const server = createServer({ allowHalfOpen: true });
    const service = new LocalService(server);
    server.listen(listen.path === undefined ? { host: '127.0.0.1', port: 0, ...listen } : listen);
    await within(once(server, 'listening'), 'a local service');
    return service;
  }

  /** A local service that sends back what it gets. */
  static async echo(): Promise<LocalService> {
    const service = await LocalService.start();
    service.server.on('connection', (socket) => socket.pipe(socket));
    return service;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next socket that was accepted. */
  accepted(): Promise<Application> {
    const check = async (): Promise<Application> => {
      while (this.#accepted.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return this.#accepted.shift()!;
    };
    return within(check(), 'a connection to the local service');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const app of this.#accepted) app.socket.destroy();
    this.server.close();
  }
}

/** A port on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
