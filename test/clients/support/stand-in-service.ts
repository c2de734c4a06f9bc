import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  decodeMessage,
  encodeFrame,
  encodeFrames,
  FrameReader,
  type Message,
  MessageType,
  message,
} from '../../../src/protocol/index.js';
import { within } from '../../support/within.js';

/** How the scripted service answers a handshake. */
export type Answer =
  | { status: number; body?: string; headers?: Record<string, string> }
  | 'accept'
  | 'hang-up';

/** A service that does what a test says: accepts, records, sends any bytes in any cut. It knows no rule. */
export class StandInService implements AsyncDisposable {
  readonly handshakes: IncomingMessage[] = [];
  readonly connections: ScriptedConnection[] = [];
  /** Answers for the next handshakes, in order; after them all are accepted. */
  readonly answers: Answer[] = [];
  /** Answers a handshake behind those, where it has an answer. */
  answerTo: (request: IncomingMessage) => Answer | undefined = () => undefined;
  /** SERVICE_IDS sent on accepting; undefined to send none. */
  serviceIds: readonly string[] | undefined = ['SSH'];
  /** The subprotocol answered, where it is not the one offered; '' for none. */
  subprotocol: string | undefined;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  #waiting: (() => void)[] = [];

  private constructor(http: Server) {
    this.#http = http;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: (offered) => (this.subprotocol ?? [...offered][0]) || false,
    });
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(serviceIds?: readonly string[] | null): Promise<StandInService> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const service = new StandInService(http);
    if (serviceIds !== undefined) service.serviceIds = serviceIds ?? undefined;
    return service;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get endpoint(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** The n-th WebSocket that was accepted (0 the first), waited for. */
  async connection(index = 0): Promise<ScriptedConnection> {
    await this.#until(() => this.connections.length > index, `connection ${index}`);
    return this.connections[index]!;
  }

  /** Waits for the n-th handshake (0 the first), accepted or not. */
  async handshake(index = 0): Promise<IncomingMessage> {
    await this.#until(() => this.handshakes.length > index, `handshake ${index}`);
    return this.handshakes[index]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { webSocket } of this.connections) webSocket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    this.handshakes.push(request);
    const answer = this.answers.shift() ?? this.answerTo(request) ?? 'accept';
    if (answer === 'hang-up') socket.destroy();
    else if (answer !== 'accept') {
      const body = answer.body ?? '';
      const headers = { 'content-length': Buffer.byteLength(body), connection: 'close', ...answer.headers };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${answer.status} Scripted\r\n${lines.join('')}\r\n${body}`);
    } else {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new ScriptedConnection(webSocket, socket, `${request.headers['access-token']}`);
        this.connections.push(connection);
        if (this.serviceIds !== undefined) connection.sendServiceIds(this.serviceIds);
        this.#wake();
      });
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #until(condition: () => boolean, what: string): Promise<void> {
    const check = async (): Promise<void> => {
      while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    };
    return within(check(), `the service's ${what}`);
  }
}

/** One WebSocket of a client under test, seen from the service. */
export class ScriptedConnection {
  readonly messages: Message[] = [];
  readonly pings: string[] = [];
  readonly pongs: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(
    readonly webSocket: WebSocket,
    readonly socket: Duplex,
    /** The access token of its handshake. */
    readonly token: string,
  ) {
    const reader = new FrameReader((bytes, start, end) => {
      this.messages.push(decodeMessage(bytes, start, end));
      this.#wake();
    });
    webSocket.on('message', (data: Buffer) => reader.push(data));
    webSocket.on('ping', (data) => {
      this.pings.push(data.toString());
      this.#wake();
    });
    webSocket.on('pong', (data) => {
      this.pongs.push(data.toString());
      this.#wake();
    });
    webSocket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
  }

  /** Sends messages, each as a WebSocket message of its own. */
  send(...messages: Partial<Message>[]): void {
    for (const fields of messages) this.webSocket.send(encodeFrame(message(fields)));
  }

  /** Sends messages merged into one WebSocket message. */
  sendMerged(...messages: Partial<Message>[]): void {
    this.webSocket.send(encodeFrames(messages.map(message)));
  }

  sendRaw(bytes: Uint8Array): void {
    this.webSocket.send(bytes);
  }

  sendServiceIds(ids: readonly string[]): void {
    this.send({ type: MessageType.SERVICE_IDS, availableServiceIds: ids });
  }

  /** The next message that the client sent, in order. */
  async next(): Promise<Message> {
    await this.#until(() => this.messages.length > this.#taken, 'next message');
    return this.messages[this.#taken++]!;
  }

  /** Messages that came and were not taken. */
  get untaken(): readonly Message[] {
    return this.messages.slice(this.#taken);
  }

  /** Takes DATA until `length` bytes have come, and returns them. */
  async data(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let got = 0; got < length; ) {
      const { type, payload } = await this.next();
      if (type !== MessageType.DATA) throw new Error(`Expected DATA, got type ${type}`);
      parts.push(payload);
      got += payload.length;
    }
    return Buffer.concat(parts);
  }

  async ping(): Promise<string> {
    await this.#until(() => this.pings.length > 0, 'ping');
    return this.pings.shift()!;
  }

  async pong(): Promise<string> {
    await this.#until(() => this.pongs.length > 0, 'pong');
    return this.pongs.shift()!;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #until(condition: () => boolean, what: string): Promise<void> {
    const check = async (): Promise<void> => {
      while (!condition()) {
        if (this.webSocket.readyState === this.webSocket.CLOSED) throw new Error(`Closed before the ${what}`);
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    };
    return within(check(), `the client's ${what}`);
  }
}
