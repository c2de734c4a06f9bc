import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { MessageType } from '../../../src/protocol/index.js';
import { type ScriptedConnection, StandInService } from '../../clients/support/stand-in-service.js';
import { within } from '../../support/within.js';
import { Finding } from '../finding.js';
import { PATIENCE_MS, WatchedProcess } from '../subject/watched-process.js';
import { type HostileSession, packetsOf } from './server-bytes.js';

/** What a local proxy may hold at most, in megabytes, whatever its service sends. docs/reliability.md promises it. */
export const MOST_MEGABYTES = 350;
/** A log line, or the line with which it says why it ends; no stack and no warning of Node. */
const LOG = /^(?!\s+at |\(node:|.*Uncaught|node:)/;
/** Streams of honest sessions. */
const STREAM = { streamId: 99, serviceId: 'SSH', connectionId: 1 };

export type Role = 'source' | 'destination';

/** Our local proxy as a process, its service, and the application at its other end, which echoes. */
export class FuzzedClient implements AsyncDisposable {
  #sessions = 0;

  private constructor(
    readonly role: Role,
    readonly service: StandInService,
    readonly process: WatchedProcess,
    readonly application: Server,
    readonly port: number,
  ) {}

  static async start(role: Role): Promise<FuzzedClient> {
    const service = await StandInService.start(null);
    const application = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(application, 'listening');
    const { port } = application.address() as { port: number };
    // A source listens on the port that the application gives up.
    if (role === 'source') await new Promise((resolve) => application.close(resolve));
    const mapping = role === 'source' ? ['-s', `SSH=${port}`] : ['-d', `SSH=${port}`];
    const process = new WatchedProcess([role, '-e', service.endpoint, '--json', ...mapping], LOG, {
      env: { AWSIOT_TUNNEL_ACCESS_TOKEN: 'some-token' },
    });
    const client = new FuzzedClient(role, service, process, application, port);
    const first = await client.#next();
    first.sendServiceIds(['SSH']);
    await process.event('ready');
    first.webSocket.terminate();
    return client;
  }

  /** Ended by what it was sent, which it may do in order. */
  get ended(): boolean {
    return this.process.ended;
  }

  /** A session with a hostile service. False if the client has ended before. */
  async endure(session: HostileSession): Promise<boolean> {
    const connection = await this.#next().catch(() => undefined);
    if (connection === undefined) return this.#mayHaveEnded();
    connection.sendServiceIds(session.serviceIds);
    for (const packet of packetsOf(session)) connection.socket.write(packet);
    if (session.end === 'reset') connection.webSocket.terminate();
    else connection.socket.end();
    await within(connection.closed, 'the end of a session', PATIENCE_MS).catch(() => {
      throw new Finding('A session that the service has ended does not end');
    });
    return true;
  }

  /** Honest bytes go through it and come back. False if it has ended in order. */
  async check(): Promise<boolean> {
    if (this.ended) return this.#mayHaveEnded();
    const connection = await this.#next().catch(() => undefined);
    if (connection === undefined) return this.#mayHaveEnded();
    connection.sendServiceIds(['SSH']);
    try {
      if (this.role === 'destination') await echoThrough(connection);
      else await this.#echoFromSource(connection);
    } catch (error) {
      throw new Finding(`An honest session: ${(error as Error).message}; ${this.process.last}`);
    }
    connection.webSocket.terminate();
    this.process.judge(MOST_MEGABYTES);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.service[Symbol.asyncDispose]();
    this.application.close();
  }

  /** The client's next connection. It may wait for half a minute before it comes back (H11). */
  async #next(): Promise<ScriptedConnection> {
    const wanted = this.#sessions++;
    const { connections } = this.service;
    const end = performance.now() + 2 * PATIENCE_MS;
    while (connections.length <= wanted && !this.ended && performance.now() < end) {
      const come = this.service.connection(wanted);
      const gone = this.process.until(() => this.ended || connections.length > wanted, 'a connection');
      await Promise.race([come, gone]).catch(() => undefined);
    }
    const connection = connections[wanted];
    if (connection === undefined) throw new Error('It has ended');
    return connection;
  }

  #mayHaveEnded(): false {
    if (!this.ended) throw new Finding('It does not come back after its connection was lost');
    const { exitCode } = this.process.child;
    if (exitCode !== 0 && exitCode !== 1) throw new Finding(`It has ended: ${this.process.last}`);
    this.process.judge(MOST_MEGABYTES);
    return false;
  }

  async #echoFromSource(connection: ScriptedConnection): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('hello');
    let received = Buffer.alloc(0);
    const { type, streamId, serviceId, connectionId } = await nextOf(connection, MessageType.STREAM_START);
    const { payload } = await nextOf(connection, MessageType.DATA);
    connection.send({ type: MessageType.DATA, streamId, serviceId, connectionId, payload });
    while (received.length < 5) {
      const [chunk] = (await within(once(socket, 'data'), 'an echo', PATIENCE_MS)) as [Buffer];
      received = Buffer.concat([received, chunk]);
    }
    socket.destroy();
    if (`${received}` !== 'hello' || type !== MessageType.STREAM_START)
      throw new Error(`it echoes '${received}'`);
  }
}

async function echoThrough(connection: ScriptedConnection): Promise<void> {
  connection.send({ type: MessageType.STREAM_START, ...STREAM });
  connection.send({ type: MessageType.DATA, ...STREAM, payload: Buffer.from('hello') });
  let received = '';
  while (received.length < 5)
    received += Buffer.from((await nextOf(connection, MessageType.DATA)).payload).toString();
  if (received !== 'hello') throw new Error(`the application got '${received}'`);
}

async function nextOf(connection: ScriptedConnection, type: number) {
  for (;;) {
    const message = await connection.next();
    if (message.type === type) return message;
  }
}
