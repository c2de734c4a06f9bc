import { randomBytes } from 'node:crypto';
import type { Message, Side } from '../../protocol/index.js';
import {
  after,
  type Blamed,
  blameOf,
  type Complaint,
  check,
  finding,
  letLoopTurn,
  race,
  type Transcript,
} from '../trial/index.js';
import { ofMessage } from '../verdicts/index.js';
import type { OpenTunnel, TunnelTokens } from './open-tunnel.js';
import { type Asking, askForTunnel, RawPeer, type Refusal } from './raw-peer.js';

export interface ServiceUnderTest {
  /** `ws://host:port` or `wss://host:port`. */
  readonly url: string;
  /** PEM of a CA to trust. */
  readonly ca?: string;
  readonly openTunnel: OpenTunnel;
}

/** Everything a scenario about a service can speak of: tunnels, and peers on both their sides. */
export class ServiceTrial {
  readonly #service: ServiceUnderTest;
  readonly #transcript: Transcript;
  readonly #patienceMs: number;
  readonly #peers: RawPeer[] = [];
  #over: Error | undefined;

  constructor(service: ServiceUnderTest, transcript: Transcript, patienceMs: number) {
    this.#service = service;
    this.#transcript = transcript;
    this.#patienceMs = patienceMs;
  }

  async opensTunnel(services: readonly string[] = ['SSH']): Promise<TunnelTokens> {
    const tokens = await this.#service.openTunnel(services);
    this.#transcript.hide(tokens.source, tokens.destination);
    this.#transcript.note('harness', `opened a tunnel, services [${services.join(', ')}]`);
    return tokens;
  }

  /** Asks for the tunnel: a peer, or why it was refused. */
  async asks(side: Side, token: string, more: Partial<Asking> = {}): Promise<RawPeer | Refusal> {
    if (this.#over !== undefined) throw this.#over;
    const { url, ca } = this.#service;
    const answer = await askForTunnel({ url, ca, side, token, ...more });
    if (answer instanceof RawPeer) this.#peers.push(answer);
    this.#transcript.note('client', `${side}: ${answer instanceof RawPeer ? '101' : answer.status}`);
    return answer;
  }

  /** Asks for the tunnel, which must be granted. @throws {Finding} */
  async connects(side: Side, token: string, blame: Blamed, more: Partial<Asking> = {}): Promise<RawPeer> {
    const answer = await this.asks(side, token, more);
    if (answer instanceof RawPeer) return answer;
    throw finding(blame, 'refuses-good-handshake', `${answer.status} ${answer.body}`);
  }

  /** Asks for the tunnel, which must be refused with a 4xx. @throws {Finding} */
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

  /** The verdict is given: every further wait fails, so that the scenario does not go on. */
  giveUp(why: Error): void {
    this.#over = why;
  }

  /** Waits for something that must come within the patience of the run, or the blame's `within`. @throws {Finding} */
  async awaits<T>(what: Promise<T>, complaint: Complaint): Promise<T> {
    if (this.#over !== undefined) throw this.#over;
    const { within = this.#patienceMs } = complaint;
    const timer = new AbortController();
    const late = after(within, timer.signal).then((): never => {
      throw finding(complaint, 'nothing-came', `within ${within} ms`);
    });
    const came = await race([what, late]).finally(() => timer.abort());
    await letLoopTurn();
    return came;
  }

  /** @throws {Finding} where the condition does not hold. */
  check(condition: boolean, complaint: Complaint): void {
    check(condition, complaint);
  }

  /** Bytes that no two scenarios share. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }

  close(): void {
    for (const { socket } of this.#peers) socket.destroy();
  }
}
