import { randomBytes } from 'node:crypto';
import { encodeData, type Message, MessageType } from '../../protocol/index.js';
import { messageOf } from '../verdicts/index.js';
import { type Arrival, binary } from '../wire/index.js';
import type { AppSocket } from './app-socket.js';
import { type Blame, type Blamed, blameOf, finding } from './blame.js';
import { type ClientUnderTest, describeExit } from './client.js';
import type { ClientSocket } from './client-socket.js';
import { race } from './race.js';
import { isOf, type StreamIds } from './stream-ids.js';
import { type Direction, Transfer } from './transfer.js';

/** What a fence showed: the stream carries bytes both ways, it was ended, or nothing came in time. */
export type FenceOutcome = 'alive' | 'ended' | 'deaf';

const FENCE_BYTES = 24;
/** Bytes of a WebSocket message that merges DATA: with their frames within W2. */
const MERGED_BYTES = 65_000;

/** A TCP connection that the tunnel carries: the application at one end, the scripted service at the other. */
export class LiveStream implements StreamIds {
  readonly streamId: number;
  readonly serviceId: string;
  readonly connectionId: number;
  /** The WebSocket that carries it. */
  readonly socket: ClientSocket;
  readonly app: AppSocket;
  /** Whether a STREAM_RESET for this stream went either way. */
  isStreamReset = false;
  readonly #client: ClientUnderTest;
  readonly #patienceMs: number;
  /** What a fence sent down: it may still come to the application when nobody waits for it any more. */
  #fenced: Buffer = Buffer.alloc(0);

  constructor(
    address: StreamIds,
    socket: ClientSocket,
    app: AppSocket,
    client: ClientUnderTest,
    patienceMs: number,
  ) {
    this.streamId = address.streamId;
    this.serviceId = address.serviceId;
    this.connectionId = address.connectionId;
    this.socket = socket;
    this.app = app;
    this.#client = client;
    this.#patienceMs = patienceMs;
  }

  /** The message by which this version ends a connection: CONNECTION_RESET in V3, else STREAM_RESET (S8). */
  get endType(): number {
    return this.connectionId === 0 ? MessageType.STREAM_RESET : MessageType.CONNECTION_RESET;
  }

  get ids(): StreamIds {
    return { streamId: this.streamId, serviceId: this.serviceId, connectionId: this.connectionId };
  }

  /** The service sends a message of this stream: its ids are filled in where the fields do not give others. */
  inject(fields: Partial<Message>, arrival: Arrival = 'alone'): void {
    const value = { ...this.ids, ...fields };
    if (value.type === MessageType.STREAM_RESET && value.streamId === this.streamId)
      this.isStreamReset = true;
    this.socket.inject(value, arrival);
  }

  /**
   * The service sends bytes for the application: in one DATA message where they fit and nothing else is said, else in
   * messages of `step` bytes, 64512 by default.
   */
  injectData(
    bytes: Uint8Array,
    how: Arrival | { readonly arrival?: Arrival; readonly step?: number } = {},
  ): void {
    const { arrival = 'alone', step } = typeof how === 'string' ? { arrival: how } : how;
    if (step !== undefined || bytes.length > MERGED_BYTES) this.#injectMerged(bytes, step);
    else this.inject({ type: MessageType.DATA, payload: bytes }, arrival);
  }

  /** The service sends many bytes, a DATA message for each `step` of them. */
  #injectMerged(bytes: Uint8Array, step?: number): void {
    const frames: ReturnType<typeof binary>[] = [];
    for (let at = 0; at < bytes.length; at += MERGED_BYTES) {
      frames.push(binary(encodeData(this.ids, bytes.subarray(at, at + MERGED_BYTES), step)));
    }
    this.socket.injectFrames(frames, `DATA, ${bytes.length} bytes in all`);
  }

  /** Begins a transfer of any size, whose bytes are checked as they come; nothing else may be under way that direction. */
  pours(direction: Direction, total: number): Transfer {
    return new Transfer(this, direction, total, { client: this.#client, patienceMs: this.#patienceMs });
  }

  /** Whether a message of the client belongs to this stream; absent ids match (M12, and V1 under M8). */
  owns(value: Message): boolean {
    return isOf(this, value);
  }

  /** The service must have received exactly these bytes next. @throws {Finding} */
  async serviceReceives(bytes: Uint8Array, blame: Blamed): Promise<void> {
    const got = await this.#receives(bytes.length, blame);
    if (!got.equals(bytes)) throw finding(blame, CHANGED, differ(got, bytes));
  }

  /** Bytes of the application that reach the service, as many as asked for. */
  async #receives(count: number, blame: Blamed, signal?: AbortSignal): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let held = 0;
    while (held < count) {
      const next = this.socket.messages.take((m) => m.type === MessageType.DATA && this.owns(m), signal);
      const value = await this.#client.awaits(next, blame, NOT_UP);
      chunks.push(value.payload);
      held += value.payload.length;
    }
    return Buffer.concat(chunks);
  }

  /** The application must have received exactly these bytes next. @throws {Finding} */
  async appReceives(bytes: Uint8Array, blamed: Blamed): Promise<void> {
    const blame = blameOf(blamed);
    const within = blame.within ?? this.#patienceMs + bytes.length / 1000;
    const symptom = 'nothing-to-application';
    const got = await this.#client.awaits(this.app.arrives(bytes.length), { symptom, ...blame, within });
    if (got.equals(bytes)) return;
    const isCut = got.length < bytes.length && got.equals(bytes.subarray(0, got.length));
    if (isCut) throw finding(blame, 'lost-before-end', differ(got, bytes));
    const { rule, trigger } = blame;
    const wrong = { rule, ...(trigger !== undefined && { trigger }) };
    throw finding(wrong, 'changed-to-application', differ(got, bytes));
  }

  /**
   * The fence: bytes both ways over this stream. What was injected before it has been dealt with once it is answered,
   * since the tunnel delivers in order; so absence is proven without waiting.
   */
  async fence(blamed: Blamed): Promise<FenceOutcome> {
    // A change of bytes is no matter of a lowered force.
    const { rule, trigger } = blameOf(blamed);
    const blame: Blame = { rule, ...(trigger !== undefined && { trigger }) };
    if (this.app.isEnded || !this.socket.open) return 'ended';
    const down = randomBytes(FENCE_BYTES);
    const up = randomBytes(FENCE_BYTES);
    const over = new AbortController();
    this.#fenced = down;
    this.injectData(down);
    const arrived = this.app.arrives(down.length).then((got) => {
      if (got.length === down.length && !got.equals(down)) {
        throw finding(blame, NOT_FOR_IT, differ(got, down));
      }
      return got.length === down.length;
    });
    const both = arrived.then(async (whole): Promise<FenceOutcome> => {
      if (!whole) return 'ended';
      this.app.writes(up);
      const got = await this.#receives(up.length, blame, over.signal);
      if (!got.equals(up)) throw finding(blame, CHANGED, differ(got, up));
      return 'alive';
    });
    both.catch(() => {});
    const gone = race([this.app.ended, this.socket.ended]).then((): FenceOutcome => 'ended');
    const outcome = await this.#client.within<FenceOutcome>(
      race([both, gone]),
      this.#patienceMs,
      () => 'deaf',
    );
    over.abort();
    return outcome;
  }

  /** Whether bytes have reached the application that nobody sent for it. @internal */
  get hasForeignBytes(): boolean {
    const { unread } = this.app;
    return !this.#fenced.subarray(0, unread.length).equals(unread);
  }

  /** The fence must hold: the stream is alive and in step. */
  async echoes(blame: Blamed): Promise<void> {
    const outcome = await this.fence(blame);
    if (outcome === 'alive') return;
    this.#client.throwIfCrashed();
    const exit = await this.#client.endsNow();
    if (exit !== undefined) throw finding(blame, 'ended-instead', describeExit(exit));
    if (outcome === 'deaf') throw finding(blame, 'carries-nothing');
    const how = this.socket.open ? 'its WebSocket is open' : 'its WebSocket is gone';
    throw finding(blame, 'ended-stream', how);
  }

  /** The client must end the application's connection; then the application ends its half, too. @throws {Finding} */
  async appIsClosed(blame: Blamed): Promise<void> {
    await this.#client.within(this.app.ended, blameOf(blame).within ?? this.#patienceMs, () => {
      throw finding(blame, LEFT_OPEN);
    });
    this.app.closes();
  }

  /** Waits for the reset that tells the tunnel of this connection's end (S8: either kind in V3). */
  async isReset(blame: Blamed): Promise<Message> {
    const wanted = this.socket.messages.take(
      (m) =>
        (m.type === MessageType.STREAM_RESET && m.streamId === this.streamId && this.#sameService(m)) ||
        // Before V3 there is no CONNECTION_RESET: the peer would not know it.
        (m.type === MessageType.CONNECTION_RESET && this.connectionId !== 0 && this.owns(m)),
    );
    const reset = await this.#client.awaits(wanted, blame, 'end-not-reported');
    if (reset.type === MessageType.STREAM_RESET) this.isStreamReset = true;
    return reset;
  }

  /**
   * The service ends the connection, by the message of its version or another one, and the client must end the
   * application's. @throws {Finding}
   */
  async ends(blame: Blame & { readonly by?: number; readonly arrival?: Arrival }): Promise<void> {
    const { by: type = this.endType, arrival, ...rest } = blame;
    if (type === MessageType.SESSION_RESET) {
      this.isStreamReset = true;
      this.socket.inject({ type }, arrival);
    } else this.inject({ type }, arrival);
    await this.appIsClosed({ trigger: messageOf(type), ...rest });
  }

  #sameService(value: Message): boolean {
    return value.serviceId === this.serviceId || value.serviceId === '';
  }
}

const NOT_UP = 'nothing-to-tunnel';
const CHANGED = 'changed-to-tunnel';
const NOT_FOR_IT = 'foreign-bytes';
const LEFT_OPEN = 'left-connection-open';

function differ(got: Uint8Array, wanted: Uint8Array): string {
  let at = 0;
  while (at < got.length && at < wanted.length && got[at] === wanted[at]) at++;
  return `received ${got.length} of ${wanted.length} bytes, equal up to byte ${at}`;
}
