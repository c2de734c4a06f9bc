import { randomBytes } from 'node:crypto';
import type { Message, RuleId, Side } from '../../protocol/index.js';
import { after, letLoopTurn, race, type Transcript } from '../trial/index.js';
import { Finding, ofMessage, type SymptomName } from '../verdicts/index.js';
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
export class ServiceStage {
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

  /** Asks for the tunnel, which must be granted. */
  async connects(side: Side, token: string, rule: RuleId, more: Partial<Asking> = {}): Promise<RawPeer> {
    const answer = await this.asks(side, token, more);
    if (answer instanceof RawPeer) return answer;
    throw new Finding(rule, 'refuses-good-handshake', `${answer.status} ${answer.body}`);
  }

  /** Asks for the tunnel, which must be refused with a 4xx. */
  async isRefused(side: Side, token: string, rule: RuleId, more: Partial<Asking> = {}): Promise<void> {
    const answer = await this.asks(side, token, more);
    if (answer instanceof RawPeer) throw new Finding(rule, 'accepts-bad-handshake');
    const isClientError = answer.status >= 400 && answer.status < 500;
    this.check(isClientError, rule, 'refuses-with-another-status', `${answer.status}`);
  }

  /** The next message of a type that reaches the peer. */
  async receives(peer: RawPeer, type: number, rule: RuleId): Promise<Message> {
    const symptom = ofMessage('did-not-arrive', type);
    return this.awaits(
      peer.messages.take((m) => m.type === type),
      rule,
      symptom,
    );
  }

  /** The service must close the peer's connection. */
  closes(peer: RawPeer, rule: RuleId, symptom: SymptomName): Promise<void> {
    return this.awaits(peer.closed, rule, symptom);
  }

  /** The verdict is given: every further wait fails, so that the scenario does not go on. */
  giveUp(why: Error): void {
    this.#over = why;
  }

  async awaits<T>(what: Promise<T>, rule: RuleId, symptom: SymptomName): Promise<T> {
    if (this.#over !== undefined) throw this.#over;
    const timer = new AbortController();
    const late = after(this.#patienceMs, timer.signal).then((): never => {
      throw new Finding(rule, symptom, `within ${this.#patienceMs} ms`);
    });
    const came = await race([what, late]).finally(() => timer.abort());
    await letLoopTurn();
    return came;
  }

  check(condition: boolean, rule: RuleId, symptom: SymptomName, detail = ''): void {
    if (!condition) throw new Finding(rule, symptom, detail);
  }

  bytes(count: number): Buffer {
    return randomBytes(count);
  }

  close(): void {
    for (const { socket } of this.#peers) socket.destroy();
  }
}
