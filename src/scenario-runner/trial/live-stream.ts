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

/** The result of a fence: the stream carries bytes both ways, it was ended, or nothing came in time. */
export type FenceOutcome = 'alive' | 'ended' | 'deaf';

const FENCE_BYTES = 24;
/** Payload bytes of a WebSocket message with several DATA messages. With their frames they stay within W2. */
const MERGED_BYTES = 65_000;

/** A TCP connection that the tunnel carries: the application at one end, the scripted service at the other. */
export class LiveStream implements StreamIds {
  readonly streamId: number;
  readonly serviceId: string;
  readonly connectionId: number;
  /** The WebSocket that carries it. */
  readonly socket: ClientSocket;
  readonly app: AppSocket;
  /** Whether either side has sent STREAM_RESET for this stream. */
  isStreamReset = false;
  readonly #client: ClientUnderTest;
  readonly #patienceMs: number;
  /** Whether bytes have passed both ways. */
  #wasWell = false;
  /** The bytes that a fence sent to the application. They may arrive when no step waits for them any more. */
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

  /** The message that ends a connection in this version: CONNECTION_RESET in V3, else STREAM_RESET (S8). */
  get endType(): number {
    return this.connectionId === 0 ? MessageType.STREAM_RESET : MessageType.CONNECTION_RESET;
  }

  get ids(): StreamIds {
    return { streamId: this.streamId, serviceId: this.serviceId, connectionId: this.connectionId };
  }

  /** The service sends a message of this stream. Ids that the fields do not give are those of the stream. */
  inject(fields: Partial<Message>, arrival: Arrival = 'alone'): void {
    const value = { ...this.ids, ...fields };
    if (value.type === MessageType.STREAM_RESET && value.streamId === this.streamId)
      this.isStreamReset = true;
    this.socket.inject(value, arrival);
  }

  /**
   * The service sends bytes for the application: in one DATA message if they fit and no `step` is given, else in
   * messages of `step` bytes (default 64512).
   */
  injectData(
    bytes: Uint8Array,
    how: Arrival | { readonly arrival?: Arrival; readonly step?: number } = {},
  ): void {
    const { arrival = 'alone', step } = typeof how === 'string' ? { arrival: how } : how;
    if (step !== undefined || bytes.length > MERGED_BYTES) this.#injectMerged(bytes, step);
    else this.inject({ type: MessageType.DATA, payload: bytes }, arrival);
  }

  /** The service sends many bytes, with one DATA message for each `step` of them. */
  #injectMerged(bytes: Uint8Array, step?: number): void {
    const frames: ReturnType<typeof binary>[] = [];
    for (let at = 0; at < bytes.length; at += MERGED_BYTES) {
      frames.push(binary(encodeData(this.ids, bytes.subarray(at, at + MERGED_BYTES), step)));
    }
    this.socket.injectFrames(frames, `DATA, ${bytes.length} bytes in all`);
  }

  /**
   * Begins a transfer of any size. Its bytes are checked as they arrive. No other bytes may go in that direction
   * meanwhile.
   */
  pours(direction: Direction, total: number): Transfer {
    return new Transfer(this, direction, total, { client: this.#client, patienceMs: this.#patienceMs });
  }

  /** Whether a message of the client belongs to this stream. Absent ids match (M12, and V1 by M8). */
  owns(value: Message): boolean {
    return isOf(this, value);
  }

  /** The next bytes that the service receives must be exactly these. @throws {Finding} */
  async serviceReceives(bytes: Uint8Array, blame: Blamed): Promise<void> {
    const got = await this.#receives(bytes.length, blame);
    if (!got.equals(bytes)) throw finding(blame, CHANGED, differ(got, bytes));
  }

  /** The next bytes from the application that reach the service, as many as asked for. */
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

  /** The next bytes that the application receives must be exactly these. @throws {Finding} */
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
   * The fence sends bytes both ways over this stream. The tunnel keeps the order. So when the fence has been answered,
   * the client has handled everything that was sent before. This proves absence without waiting.
   */
  async fence(blamed: Blamed): Promise<FenceOutcome> {
    // If bytes were changed, a lowered force does not apply.
    const { rule, trigger } = blameOf(blamed);
    const blame: Blame = { rule, ...(trigger !== undefined && { trigger }) };
    if (this.app.isEnded || !this.socket.open) return 'ended';
    const down = this.#client.random.bytes(FENCE_BYTES);
    const up = this.#client.random.bytes(FENCE_BYTES);
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
      this.socket.isWell();
      this.#wasWell = true;
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

  /**
   * Whether bytes have reached the application that were not sent to it.
   * @internal
   */
  get hasForeignBytes(): boolean {
    const { unread } = this.app;
    return !this.#fenced.subarray(0, unread.length).equals(unread);
  }

  /** Bytes must pass both ways over the stream. */
  async echoes(blamed: Blamed): Promise<void> {
    // If nothing was done to the client, a stream that never carried bytes breaks only the rule that it has to carry them.
    const blame = this.#wasWell || this.socket.isShaken ? blamed : this.#client.carries;
    const outcome = await this.fence(blame);
    if (outcome === 'alive') return;
    this.#client.throwIfCrashed();
    const exit = await this.#client.endsNow();
    if (exit !== undefined) throw finding(blame, 'ended-instead', describeExit(exit));
    if (outcome === 'deaf') throw finding(blame, 'carries-nothing');
    const how = this.socket.open ? 'its WebSocket is open' : 'its WebSocket is gone';
    throw finding(blame, 'ended-stream', how);
  }

  /** The client must end the application's connection. Then the application ends its half too. @throws {Finding} */
  async appIsClosed(blame: Blamed): Promise<void> {
    await this.#client.within(this.app.ended, blameOf(blame).within ?? this.#patienceMs, () => {
      throw finding(blame, LEFT_OPEN);
    });
    this.app.closes();
  }

  /** Waits for the reset that reports the end of this connection to the tunnel (S8: in V3 either kind). */
  async isReset(blame: Blamed): Promise<Message> {
    const wanted = this.socket.messages.take(
      (m) =>
        (m.type === MessageType.STREAM_RESET && m.streamId === this.streamId && this.#sameService(m)) ||
        // CONNECTION_RESET exists only in V3. An older peer would not know it.
        (m.type === MessageType.CONNECTION_RESET && this.connectionId !== 0 && this.owns(m)),
    );
    const reset = await this.#client.awaits(wanted, blame, 'end-not-reported');
    if (reset.type === MessageType.STREAM_RESET) this.isStreamReset = true;
    return reset;
  }

  /**
   * The service ends the connection, with the message of its version or another one. The client must end the
   * application's connection.
   * @throws {Finding}
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
