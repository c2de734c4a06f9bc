import { randomBytes } from 'node:crypto';
import { type Message, type MessageFormat, type Side, SUBPROTOCOL_OF } from '../../protocol/index.js';
import {
  after,
  type Blamed,
  blameOf,
  type Complaint,
  check,
  finding,
  letLoopTurn,
  race,
  type StreamIds,
  type Transcript,
} from '../trial/index.js';
import { ofMessage, Skip } from '../verdicts/index.js';
import type { Offence } from '../wire/index.js';
import { type Asking, askForTunnel, type Refusal } from './ask-for-tunnel.js';
import type { OpenTunnel, TunnelTokens } from './open-tunnel.js';
import { RawPeer } from './raw-peer.js';

export interface ServiceUnderTest {
  /** `ws://host:port` or `wss://host:port`. */
  readonly url: string;
  /** PEM of a CA to trust. */
  readonly ca?: string;
  readonly openTunnel: OpenTunnel;
}

/** The service of the tunnel that streams use. */
const SERVICE = 'SSH';

/** Everything that a scenario about a service can use: tunnels, and peers on both sides of them. */
export class ServiceTrial {
  /** The message format that its peers speak. */
  readonly version: MessageFormat;
  /** How long the service may take for each expected step, in milliseconds. */
  readonly patienceMs: number;
  readonly #service: ServiceUnderTest;
  readonly #transcript: Transcript;
  readonly #peers: RawPeer[] = [];
  #over: Error | undefined;

  constructor(service: ServiceUnderTest, version: MessageFormat, transcript: Transcript, patienceMs: number) {
    this.#service = service;
    this.version = version;
    this.#transcript = transcript;
    this.patienceMs = patienceMs;
  }

  /** The ids of a stream, as a source of the version gives them. */
  ids(streamId: number): StreamIds {
    return {
      streamId,
      serviceId: this.version === 'V1' ? '' : SERVICE,
      connectionId: this.version === 'V3' ? 1 : 0,
    };
  }

  async opensTunnel(services: readonly string[] = [SERVICE]): Promise<TunnelTokens> {
    const tokens = await this.#service.openTunnel(services);
    this.#transcript.hide(tokens.source, tokens.destination);
    this.#transcript.note('harness', `opened a tunnel, services [${services.join(', ')}]`);
    return tokens;
  }

  /** Sends a handshake. Gives a peer, or the refusal. @throws {Finding} H6, where no HTTP answer comes. */
  async asks(side: Side, token: string, more: Partial<Asking> = {}): Promise<RawPeer | Refusal> {
    if (this.#over !== undefined) throw this.#over;
    const { url, ca } = this.#service;
    const subprotocol = SUBPROTOCOL_OF[this.version];
    const unanswered = { rule: 'H6', symptom: 'handshake-not-answered' } as const;
    const asked = askForTunnel({ url, ca, side, token, subprotocol, ...more }).then(
      undefined,
      (error: unknown) => {
        if (!isCutOff(error as NodeJS.ErrnoException)) throw error;
        throw finding(unanswered, 'handshake-not-answered', `${side}: ${(error as Error).message}`);
      },
    );
    const answer = await this.awaits<RawPeer | Refusal>(asked, unanswered);
    if (answer instanceof RawPeer) this.#peers.push(answer);
    this.#transcript.note('client', `${side}: ${answer instanceof RawPeer ? '101' : answer.status}`);
    return answer;
  }

  /** Sends a handshake, which the service must accept. @throws {Finding} */
  async connects(side: Side, token: string, blame: Blamed, more: Partial<Asking> = {}): Promise<RawPeer> {
    const answer = await this.asks(side, token, more);
    if (answer instanceof RawPeer) return answer;
    throw finding(blame, 'refuses-good-handshake', `${answer.status} ${answer.body}`);
  }

  /** Sends a handshake, which the service must refuse with a 4xx. @throws {Finding} */
  async isRefused(side: Side, token: string, blame: Blamed, more: Partial<Asking> = {}): Promise<void> {
    const answer = await this.asks(side, token, more);
    if (answer instanceof RawPeer) throw finding(blame, 'accepts-bad-handshake');
    const isClientError = answer.status >= 400 && answer.status < 500;
    if (!isClientError) throw finding(blame, 'refuses-with-another-status', `${answer.status}`);
  }

  /** The next message of a type must reach the peer. @throws {Finding} */
  receives(peer: RawPeer, type: number, blamed: Blamed): Promise<Message> {
    const arrived = peer.messages.take((m) => m.type === type);
    return this.awaits(arrived, { symptom: ofMessage('did-not-arrive', type), ...blameOf(blamed) });
  }

  /** The service must close the peer's connection. @throws {Finding} */
  closes(peer: RawPeer, complaint: Complaint): Promise<void> {
    return this.awaits(peer.closed, complaint);
  }

  /** Call this after the verdict: every further wait fails, so that the scenario does not continue. */
  giveUp(why: Error): void {
    this.#over = why;
  }

  /**
   * Waits for something that must come, within the patience of the run or the `within` of the blame.
   * @throws {Finding}
   */
  async awaits<T>(what: Promise<T>, complaint: Complaint): Promise<T> {
    const { within = this.patienceMs } = complaint;
    const came = await this.comes(
      what.then((value) => ({ value })),
      within,
    );
    if (came === undefined) throw finding(complaint, 'nothing-came', `within ${within} ms`);
    return came.value;
  }

  /** Waits for something that may come. Gives undefined if it does not come in time. Milliseconds. */
  async comes<T>(what: Promise<T>, within: number): Promise<T | undefined> {
    if (this.#over !== undefined) throw this.#over;
    const timer = new AbortController();
    const late = after(within, timer.signal).then(() => undefined);
    const came = await race([what, late]).finally(() => timer.abort());
    await letLoopTurn();
    return came as T | undefined;
  }

  /**
   * Checks a condition.
   * @throws {Finding} if it is not true.
   */
  check(condition: boolean, complaint: Complaint): void {
    check(condition, complaint);
  }

  /** Ends the scenario without a verdict. */
  skip(reason: string): never {
    throw new Skip(reason);
  }

  /** Random bytes, different in every scenario. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }

  /**
   * Bytes of the service that no peer can read, if there are any.
   * @internal
   */
  get failure(): Offence | undefined {
    return this.#peers.find(({ failure }) => failure !== undefined)?.failure;
  }

  close(): void {
    for (const { socket } of this.#peers) socket.destroy();
  }
}

/** Whether the connection was open and then ended without an answer. */
function isCutOff({ code, syscall, message }: NodeJS.ErrnoException): boolean {
  return syscall === 'read' || syscall === 'write' || (code === 'ECONNRESET' && message.includes('hang up'));
}
