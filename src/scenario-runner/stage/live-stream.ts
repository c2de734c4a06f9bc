import { randomBytes } from 'node:crypto';
import { encodeData, type Message, MessageType, type RuleId } from '../../protocol/index.js';
import type { SymptomName } from '../verdicts/symptoms.js';
import type { Arrival } from '../wire/arrival.js';
import { binary } from '../wire/server-frames.js';
import type { AppSocket } from './app-socket.js';
import { type ClientUnderTest, describeExit } from './client.js';
import { Finding } from './finding.js';
import type { Link } from './link.js';
import { race } from './race.js';
import { type Direction, Transfer } from './transfer.js';

/** What a fence showed: the stream carries bytes both ways, it was ended, or nothing came in time. */
export type FenceOutcome = 'alive' | 'ended' | 'deaf';

export interface StreamAddress {
  readonly streamId: number;
  readonly serviceId: string;
  readonly connectionId: number;
}

const FENCE_BYTES = 24;

/** A TCP connection that the tunnel carries: the application at one end, the scripted service at the other. */
export class LiveStream implements StreamAddress {
  readonly streamId: number;
  readonly serviceId: string;
  readonly connectionId: number;
  readonly link: Link;
  readonly app: AppSocket;
  /** Whether a STREAM_RESET for this stream went either way. */
  isStreamReset = false;
  readonly #client: ClientUnderTest;
  readonly #patienceMs: number;

  constructor(
    address: StreamAddress,
    link: Link,
    app: AppSocket,
    client: ClientUnderTest,
    patienceMs: number,
  ) {
    this.streamId = address.streamId;
    this.serviceId = address.serviceId;
    this.connectionId = address.connectionId;
    this.link = link;
    this.app = app;
    this.#client = client;
    this.#patienceMs = patienceMs;
  }

  get address(): StreamAddress {
    return { streamId: this.streamId, serviceId: this.serviceId, connectionId: this.connectionId };
  }

  /** The service sends a message of this stream. */
  inject(fields: Partial<Message>, arrival: Arrival = 'alone'): void {
    const value = { ...this.address, ...fields };
    if (value.type === MessageType.STREAM_RESET && value.streamId === this.streamId)
      this.isStreamReset = true;
    this.link.inject(value, arrival);
  }

  /** The service sends bytes for the application. */
  injectData(payload: Uint8Array, arrival: Arrival = 'alone'): void {
    this.inject({ type: MessageType.DATA, payload }, arrival);
  }

  /** The service sends many bytes, a DATA message for each `step` of them. */
  injectBulk(bytes: Uint8Array, step?: number): void {
    const frames: ReturnType<typeof binary>[] = [];
    for (let at = 0; at < bytes.length; at += 60_000) {
      frames.push(binary(encodeData(this.address, bytes.subarray(at, at + 60_000), step)));
    }
    this.link.injectFrames(frames, `DATA, ${bytes.length} bytes in all`);
  }

  /** Begins a transfer of any size, whose bytes are checked as they come; nothing else may be under way that direction. */
  pours(direction: Direction, total: number): Transfer {
    return new Transfer(this, direction, total, { client: this.#client, patienceMs: this.#patienceMs });
  }

  /** Whether a message of the client belongs to this stream; absent ids match (M12, and V1 under M8). */
  owns(value: Message): boolean {
    // X4: one reading takes 0 for 1; none takes it for a further connection.
    const isOfFirst = value.connectionId === 0 && this.connectionId === 1;
    return (
      value.streamId === this.streamId &&
      (value.serviceId === this.serviceId || value.serviceId === '') &&
      (value.connectionId === this.connectionId || isOfFirst || this.connectionId === 0)
    );
  }

  /** Bytes of the application that reach the service, as many as asked for. */
  async serviceReceives(count: number, rule: RuleId, signal?: AbortSignal): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let held = 0;
    while (held < count) {
      const next = this.link.messages.take((m) => m.type === MessageType.DATA && this.owns(m), signal);
      const symptom = 'what the application wrote did not reach the tunnel';
      const value = await this.#client.awaits(next, rule, symptom);
      chunks.push(value.payload);
      held += value.payload.length;
    }
    return Buffer.concat(chunks);
  }

  /** The application writes, and the service must receive exactly that. */
  async carriesUp(bytes: Uint8Array, rule: RuleId): Promise<void> {
    this.app.writes(bytes);
    await this.serviceReceivesAll(bytes, rule);
  }

  /** The application must have received exactly these bytes next. */
  async appReceives(bytes: Uint8Array, rule: RuleId, force?: 'MUST' | 'SHOULD'): Promise<void> {
    const symptom = 'bytes from the tunnel did not reach the application';
    const wait = this.#patienceMs + bytes.length / 1000;
    const got = await this.#client.awaits(this.app.arrives(bytes.length), rule, symptom, wait, force);
    if (got.equals(bytes)) return;
    if (got.length < bytes.length && got.equals(bytes.subarray(0, got.length))) {
      throw new Finding(rule, 'it lost bytes that it received before the end', differ(got, bytes), force);
    }
    throw new Finding(rule, 'the application received other bytes than were sent to it', differ(got, bytes));
  }

  /** The application writes, then closes: all of it must reach the service (bytes read before an end are flushed). */
  async serviceReceivesAll(bytes: Uint8Array, rule: RuleId): Promise<void> {
    const got = await this.serviceReceives(bytes.length, rule);
    if (!got.equals(bytes)) {
      throw new Finding(rule, 'it changed bytes on their way into the tunnel', differ(got, bytes));
    }
  }

  /** The service sends, and the application must receive exactly that. */
  async carriesDown(bytes: Uint8Array, rule: RuleId): Promise<void> {
    this.injectBulk(bytes);
    await this.appReceives(bytes, rule);
  }

  /**
   * The fence: bytes both ways over this stream. What was injected before it has been dealt with once it is answered,
   * since the tunnel delivers in order; so absence is proven without waiting.
   */
  async fence(rule: RuleId): Promise<FenceOutcome> {
    if (this.app.isEnded || !this.link.open) return 'ended';
    const down = randomBytes(FENCE_BYTES);
    const up = randomBytes(FENCE_BYTES);
    const over = new AbortController();
    this.injectData(down);
    const arrived = this.app.arrives(down.length).then((got) => {
      if (got.length === down.length && !got.equals(down)) {
        throw new Finding(rule, 'bytes reached the application that were not for it', differ(got, down));
      }
      return got.length === down.length;
    });
    const both = arrived.then(async (whole): Promise<FenceOutcome> => {
      if (!whole) return 'ended';
      this.app.writes(up);
      const got = await this.serviceReceives(up.length, rule, over.signal);
      if (!got.equals(up))
        throw new Finding(rule, 'it changed bytes on their way into the tunnel', differ(got, up));
      return 'alive';
    });
    both.catch(() => {});
    const gone = race([this.app.ended, this.link.ended]).then((): FenceOutcome => 'ended');
    const outcome = await this.#client.within<FenceOutcome>(
      race([both, gone]),
      this.#patienceMs,
      () => 'deaf',
    );
    over.abort();
    return outcome;
  }

  /** The fence must hold: the stream is alive and in step. */
  async echoes(rule: RuleId, force?: 'MUST' | 'SHOULD'): Promise<void> {
    const outcome = await this.fence(rule);
    if (outcome === 'alive') return;
    this.#client.throwIfCrashed();
    const exit = await this.#client.endsNow();
    if (exit !== undefined)
      throw new Finding(rule, 'it ended instead of going on', describeExit(exit), force);
    if (outcome === 'deaf') throw new Finding(rule, 'the stream carries nothing any more', '', force);
    const how = this.link.open ? 'its WebSocket is open' : 'its WebSocket is gone';
    throw new Finding(rule, 'it ended the stream', how, force);
  }

  /** The client must end the application's connection. */
  async appIsClosed(rule: RuleId, symptom: SymptomName | string, force?: 'MUST' | 'SHOULD'): Promise<void> {
    await this.#client.within(this.app.ended, this.#patienceMs, () => {
      throw new Finding(rule, symptom, '', force);
    });
  }

  /** Waits for the reset that tells the tunnel of this connection's end (S8: either kind in V3). */
  async isReset(
    rule: RuleId,
    symptom: SymptomName | string = 'it did not report the end of the connection',
  ): Promise<Message> {
    const wanted = this.link.messages.take(
      (m) =>
        (m.type === MessageType.STREAM_RESET && m.streamId === this.streamId && this.#sameService(m)) ||
        // Before V3 there is no CONNECTION_RESET: the peer would not know it.
        (m.type === MessageType.CONNECTION_RESET && this.connectionId !== 0 && this.owns(m)),
    );
    const reset = await this.#client.awaits(wanted, rule, symptom);
    if (reset.type === MessageType.STREAM_RESET) this.isStreamReset = true;
    return reset;
  }

  /** The service ends the connection in its version's way, and waits until the application has been closed. */
  async finish(rule: RuleId): Promise<void> {
    this.injectEnd();
    await this.appIsClosed(rule, 'it did not close the local connection after a reset');
    this.app.closes();
  }

  /** The message that ends this connection: CONNECTION_RESET in V3, else STREAM_RESET (S8). */
  injectEnd(arrival: Arrival = 'alone'): void {
    const type = this.connectionId === 0 ? MessageType.STREAM_RESET : MessageType.CONNECTION_RESET;
    this.inject({ type }, arrival);
  }

  #sameService(value: Message): boolean {
    return value.serviceId === this.serviceId || value.serviceId === '';
  }
}

function differ(got: Uint8Array, wanted: Uint8Array): string {
  let at = 0;
  while (at < got.length && at < wanted.length && got[at] === wanted[at]) at++;
  return `received ${got.length} of ${wanted.length} bytes, equal up to byte ${at}`;
}
