import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Authority, CertificateFault } from '../../mock-service/certificates/index.js';
import { type OpenPort, openPort } from '../../mock-service/port/index.js';
import { encodeFrame, type MessageFormat, MessageType, message, type Side } from '../../protocol/index.js';
import { Skip } from '../verdicts/index.js';
import {
  binary,
  breachOfUpgrade,
  encodeServerFrame,
  type UpgradeBreach,
  WEBSOCKET_VERSION,
} from '../wire/index.js';
import { ClientSocket } from './client-socket.js';
import { type FrontDoor, handshakeServer, type Receiver } from './front-door.js';
import {
  type Handshake,
  type HandshakeAnswer,
  highestOffered,
  readHandshake,
  responseBytes,
  subprotocolOf,
} from './handshake.js';
import { Queue } from './queue.js';
import type { Transcript } from './transcript.js';
import { Wait } from './wait.js';

/** Handshakes that are answered in one scenario. A client that sends more must not fill the runner's memory. */
const MAX_HANDSHAKES = 2000;
/** This is enough for a client on this machine. A slower one reads several pieces at once. */
const BETWEEN_PIECES_MS = 2;

/** A TCP connection of the client. */
export interface Attempt {
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
}

/**
 * The service for a client under test. It plays the service and the opposite side, and does what the scenario says,
 * byte by byte.
 */
export class ScriptedService implements Receiver {
  /** Handshakes that no step has taken yet, including refused ones. */
  readonly handshakes = new Queue<Handshake>();
  /**
   * WebSockets in the order in which they opened, including those that are gone.
   * @internal
   */
  readonly opened = new Queue<ClientSocket>();
  /** Every WebSocket so far, in order. */
  readonly sockets: ClientSocket[] = [];
  readonly allHandshakes: Handshake[] = [];
  /**
   * Why requests were not an opening handshake of a WebSocket (RFC 6455, 4.2.1). They are refused.
   * @internal
   */
  readonly breaches: string[] = [];
  /** The tunnel's service ids. */
  services: readonly string[];
  /** Whether SERVICE_IDS follows the handshake on 2.0 and 3.0 (S1). A scenario may hold it back. */
  announces = true;
  /** Whether pings of the client are answered (W3). */
  answersPings = true;
  /** If false, the service accepts TCP and answers nothing on it, not even TLS. */
  answersTcp = true;
  /** The subprotocol to answer if it is offered, instead of the highest one. */
  prefers: string | undefined;

  /** How long the client may take to answer a ping, in milliseconds. @internal */
  patienceMs = 5000;

  /** Called with the first handshake of a scenario. @internal */
  onFirstHandshake: (handshake: Handshake) => void = () => {};

  readonly #side: Side;
  readonly #format: MessageFormat;
  readonly #transcript: Transcript;
  readonly #sockets = new Set<Duplex>();
  readonly #answers: HandshakeAnswer[] = [];
  readonly #awaited = new Set<(link: ClientSocket) => void>();
  #standing: HandshakeAnswer = {};
  readonly #attempts = new Queue<Attempt>();
  #authority: Authority | undefined;
  #port: OpenPort | undefined;
  #door: FrontDoor | undefined;

  constructor(side: Side, format: MessageFormat, services: readonly string[], transcript: Transcript) {
    this.#side = side;
    this.#format = format;
    this.services = services;
    this.#transcript = transcript;
  }

  /**
   * Begins to listen: on a free port, or at a front door that is open for the whole run.
   * @internal
   */
  async listen(authority: Authority, door?: FrontDoor): Promise<void> {
    this.#door = door;
    if (door !== undefined) return;
    const http = handshakeServer(() => this);
    this.#authority = authority;
    this.#port = await openPort({
      ...{ host: '127.0.0.1', port: 0, authority, http },
      onConnection: (socket) => this.#attempted(socket),
      onTlsError: ({ message }) => this.#transcript.note('client', `no TLS: ${message}`),
    });
  }

  /**
   * TCP connections that no step has taken yet, whether or not a handshake followed.
   * @throws {Skip} if somebody else starts the client: it may have connected before.
   */
  get attempts(): Queue<Attempt> {
    this.#ownsPort();
    return this.#attempts;
  }

  /** From now on, shows a certificate that no client may trust. @throws {Skip} like {@link attempts}. */
  async presents(fault: CertificateFault): Promise<void> {
    this.#ownsPort();
    this.#transcript.note('service', `shows a certificate that no client may trust: ${fault}`);
    await this.#port!.presents(this.#authority!.faulty(fault));
  }

  #ownsPort(): void {
    if (this.#door === undefined) return;
    throw new Skip('somebody else starts the client, and it may have connected before');
  }

  #attempted(socket: Socket): boolean {
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    if (this.#attempts.untaken.length < MAX_HANDSHAKES) this.#attempts.push({ ended });
    if (!this.answersTcp) this.#transcript.note('service', 'accepts TCP, and sends nothing');
    return this.answersTcp;
  }

  /** @internal */
  get port(): number {
    return this.#door?.address.port ?? this.#port!.port;
  }

  /**
   * With a front door: resolves when a client waits there. Without one: resolves at once.
   * @internal
   */
  async clientArrives(): Promise<void> {
    await this.#door?.arrival();
  }

  /**
   * With a front door: takes the handshakes that wait, and all later ones.
   * @internal
   */
  letsIn(): void {
    this.#door?.letsIn(this);
  }

  /** The newest WebSocket that is open, or the next one. */
  connection(): Wait<ClientSocket> {
    const open = this.sockets.findLast((socket) => socket.open);
    return new Wait((resolve) => {
      if (open !== undefined) return resolve(open);
      this.#awaited.add(resolve);
      return () => this.#awaited.delete(resolve);
    });
  }

  /**
   * Sets the answer to one handshake. Several calls answer several handshakes, in order. With `always`, sets the answer
   * to all further handshakes.
   */
  answers(answer: HandshakeAnswer, when?: 'always'): void {
    const { status = 101 } = answer;
    if (status >= 400)
      this.#transcript.recent.happened(status < 500 ? 'refused-with-4xx' : 'refused-with-5xx');
    if (when === 'always') this.#standing = answer;
    else this.#answers.push(answer);
  }

  /** @internal */
  async close(): Promise<void> {
    this.#door?.shuts();
    for (const socket of this.#sockets) socket.destroy();
    await this.#port?.close();
  }

  /** @internal */
  stray(what: string): void {
    this.#transcript.note('client', what);
  }

  /** A handshake has come. @internal */
  upgrade(request: IncomingMessage, socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.allHandshakes.length >= MAX_HANDSHAKES) {
      this.#transcript.note('harness', `${MAX_HANDSHAKES} handshakes in one scenario: no more are answered`);
      socket.destroy();
      return;
    }
    const handshake = readHandshake(request);
    const breach = breachOfUpgrade(request);
    const answer = breach === undefined ? (this.#answers.shift() ?? this.#standing) : refusal(breach);
    this.#transcript.note(
      'client',
      `GET ${handshake.path}, mode ${handshake.mode}, offers ${handshake.offers}`,
    );
    this.allHandshakes.push(handshake);
    if (this.allHandshakes.length === 1) this.onFirstHandshake(handshake);
    if (breach !== undefined) this.breaches.push(breach.what);
    const status = answer.status ?? 101;
    if (status !== 101 || answer.raw !== undefined || answer.drop === true || answer.silent === true) {
      this.#refuse(handshake, answer, socket);
      this.handshakes.push(handshake);
      return;
    }
    const preferred = this.prefers !== undefined && handshake.offers.includes(this.prefers);
    const usual = preferred ? this.prefers : highestOffered(handshake);
    const subprotocol = answer.subprotocol === null ? undefined : (answer.subprotocol ?? usual);
    const number = this.sockets.length + 1;
    const response = responseBytes(handshake, answer, subprotocol, `channel-${number}`);
    this.#transcript.note('service', `101, ${subprotocol ?? 'no subprotocol'}`);
    const link = new ClientSocket(socket, {
      handshake,
      subprotocol,
      number,
      side: this.#side,
      format: this.#format,
      services: () => this.services,
      transcript: this.#transcript,
      patienceMs: () => this.patienceMs,
    });
    const announcement = this.#announcement(subprotocol);
    const isMerged = answer.mergeFirstMessage === true && answer.pieces === undefined;
    const together = isMerged ? announcement : undefined;
    const whenOpen = (): void => {
      if (announcement !== undefined) {
        if (together === undefined) socket.write(announcement);
        this.#transcript.note('service', `SERVICE_IDS [${this.services.join(', ')}]`);
      }
      link.answersPings = this.answersPings;
      this.sockets.push(link);
      this.opened.push(link);
      for (const resolve of this.#awaited) resolve(link);
      this.#awaited.clear();
      this.handshakes.push(handshake);
    };
    if (answer.pieces !== undefined) {
      void writeInPieces(socket, response, answer.pieces).then(whenOpen);
      return;
    }
    socket.write(together === undefined ? response : Buffer.concat([response, together]));
    whenOpen();
  }

  /** SERVICE_IDS in a WebSocket frame. Undefined if the subprotocol does not have it. */
  #announcement(subprotocol: string | undefined): Buffer | undefined {
    const meant = subprotocol === undefined ? undefined : subprotocolOf(subprotocol);
    if (!this.announces || meant === undefined || meant.endsWith('1.0')) return undefined;
    const value = message({ type: MessageType.SERVICE_IDS, availableServiceIds: this.services });
    return encodeServerFrame(binary(encodeFrame(value)));
  }

  #refuse(handshake: Handshake, answer: HandshakeAnswer, socket: Duplex): void {
    if (answer.silent === true) {
      this.#transcript.note('service', 'does not answer');
      socket.resume();
      return;
    }
    if (answer.drop === true) {
      this.#transcript.note('service', 'drops TCP instead of an answer');
      socket.destroy();
      return;
    }
    this.#transcript.note(
      'service',
      answer.raw === undefined
        ? `${answer.status} ${answer.body ?? ''}`.trimEnd()
        : 'raw bytes for an answer',
    );
    socket.end(responseBytes(handshake, answer, undefined, 'channel-refused'));
    // Unread bytes would turn the end into a reset, and the client might not see the answer.
    socket.resume();
  }
}

function refusal({ status, what }: UpgradeBreach): HandshakeAnswer {
  const body = `No WebSocket handshake: ${what}\n`;
  return { status, body, ...(status === 426 && { headers: { 'Sec-WebSocket-Version': WEBSOCKET_VERSION } }) };
}

/** Writes small pieces, with time between them so that the client reads each alone. */
async function writeInPieces(socket: Duplex, bytes: Buffer, size: number): Promise<void> {
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await pause(BETWEEN_PIECES_MS);
  }
}
