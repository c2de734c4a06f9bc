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

/** Handshakes that are looked at in one scenario: a client that hammers the service must not fill the runner's memory. */
const MAX_HANDSHAKES = 2000;
/** Enough for a client on this machine; one that is slower reads several pieces at once. */
const BETWEEN_PIECES_MS = 2;

/** A TCP connection of the client. */
export interface Attempt {
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
}

/**
 * The service that a client under test meets: it plays the service and the opposite side at once, and does what the
 * scenario says, byte by byte.
 */
export class ScriptedService implements Receiver {
  /** Handshakes nobody has taken yet, refused ones too. */
  readonly handshakes = new Queue<Handshake>();
  /** WebSockets in the order of their opening, those that are gone too. @internal */
  readonly opened = new Queue<ClientSocket>();
  /** Every WebSocket so far, in order. */
  readonly sockets: ClientSocket[] = [];
  readonly allHandshakes: Handshake[] = [];
  /** What made requests no opening handshake of a WebSocket (RFC 6455, 4.2.1): they are refused. @internal */
  readonly breaches: string[] = [];
  /** The tunnel's service ids. */
  services: readonly string[];
  /** Whether SERVICE_IDS follows the handshake on 2.0 and 3.0 (S1); a scenario may hold it back. */
  announces = true;
  /** Whether pings of the client are answered (W3). */
  answersPings = true;
  /** `false`: TCP is taken, and nothing that is said on it is answered, TLS neither. */
  answersTcp = true;
  /** Prefers this subprotocol where it is offered, instead of the highest. */
  prefers: string | undefined;

  /** How long the client may take to answer a ping, in milliseconds. @internal */
  patienceMs = 5000;

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

  /** Begins to listen on a free port, or behind a door that stands open for a whole run. @internal */
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
   * TCP connections nobody has taken yet, whatever came of them.
   * @throws {Skip} where somebody else starts the client: it may have connected before.
   */
  get attempts(): Queue<Attempt> {
    this.#ownsPort();
    return this.#attempts;
  }

  /** Shows a certificate that no client may trust, from now on. @throws {Skip} as {@link attempts}. */
  async presents(fault: CertificateFault): Promise<void> {
    this.#ownsPort();
    this.#transcript.note('service', `shows a certificate that is not to be trusted: ${fault}`);
    await this.#port!.presents(this.#authority!.faulty(fault));
  }

  #ownsPort(): void {
    if (this.#door === undefined) return;
    throw new Skip('it is started by somebody else, and may have connected before');
  }

  #attempted(socket: Socket): boolean {
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    if (this.#attempts.untaken.length < MAX_HANDSHAKES) this.#attempts.push({ ended });
    if (!this.answersTcp) this.#transcript.note('service', 'takes TCP, and says nothing');
    return this.answersTcp;
  }

  /** @internal */
  get port(): number {
    return this.#door?.address.port ?? this.#port!.port;
  }

  /** Behind a door: resolves when a client waits there. Else at once. @internal */
  async clientArrives(): Promise<void> {
    await this.#door?.arrival();
  }

  /** Behind a door: takes the handshakes that wait, and all that come. @internal */
  letsIn(): void {
    this.#door?.letsIn(this);
  }

  /** The newest WebSocket that can be gone on with, or the next one. */
  connection(): Wait<ClientSocket> {
    const open = this.sockets.findLast((socket) => socket.open);
    return new Wait((resolve) => {
      if (open !== undefined) return resolve(open);
      this.#awaited.add(resolve);
      return () => this.#awaited.delete(resolve);
    });
  }

  /** Answers handshakes so: the next, one each, after those said before; or, with `always`, all further ones. */
  answers(answer: HandshakeAnswer, when?: 'always'): void {
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

  /** SERVICE_IDS in a WebSocket frame, where the subprotocol has it. */
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
    // Bytes left unread would turn the end into a reset, and the client might never see the answer.
    socket.resume();
  }
}

function refusal({ status, what }: UpgradeBreach): HandshakeAnswer {
  const body = `No WebSocket handshake: ${what}\n`;
  return { status, body, ...(status === 426 && { headers: { 'Sec-WebSocket-Version': WEBSOCKET_VERSION } }) };
}

/** Small writes, and between them time for the client to read each on its own. */
async function writeInPieces(socket: Duplex, bytes: Buffer, size: number): Promise<void> {
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await pause(BETWEEN_PIECES_MS);
  }
}
