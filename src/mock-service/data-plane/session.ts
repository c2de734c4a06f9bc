import type { Duplex } from 'node:stream';
import {
  MAX_WEBSOCKET_FRAME_BYTES,
  MessageType,
  opposite,
  type Side,
  type Subprotocol,
} from '../../protocol/index.js';
import type { Timer } from '../kit/index.js';
import type { Finding } from '../rules/index.js';
import type { Accepted, SideConnection } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';
import { type AssemblerSink, FrameAssembler } from './frame-assembler.js';
import { FrameJudge, scanner } from './frame-judge.js';
import type { Link, LinkOrigin } from './link.js';
import { type FrameMatcher, Observation, type ReceivedFrame } from './observation.js';
import { SessionOutput } from './session-output.js';
import type { TunnelRelay } from './tunnel-relay.js';
import { CloseCode, Opcode } from './websocket/opcodes.js';

/** One connected side: its WebSocket, and all that it can be told to do. */
export class Session extends SessionOutput implements SideConnection, LinkOrigin, AssemblerSink {
  readonly channelId: string;
  readonly side: Side;
  readonly tunnelId: string;
  readonly subprotocol: Subprotocol;
  /** Settled once the socket is gone. */
  readonly closed: Promise<void>;
  readonly #context: DataPlaneContext;
  readonly #relay: TunnelRelay;
  readonly #out: Link;
  readonly #in: Link;
  readonly #assembler: FrameAssembler;
  readonly #judge: FrameJudge;
  readonly #observation: Observation;
  readonly #settleClosed: () => void;
  #answersPings: boolean;
  /** A text message is coming in; what of it is still to come is not tunnel data (W1). */
  #inText = false;
  #bandwidthTimer: Timer | undefined;
  #lastAnswered: { streamId: number; serviceId: string } | undefined;
  /** What it is about to be closed for. */
  #offence: Finding | undefined;
  #over = false;

  constructor(context: DataPlaneContext, relay: TunnelRelay, accepted: Accepted, socket: Duplex) {
    const { clock, options } = context;
    super(socket, options.reframing, { clock, closeTimeoutMs: options.closeTimeoutMs });
    this.channelId = accepted.channelId;
    this.side = accepted.side;
    this.tunnelId = accepted.tunnel.id;
    this.subprotocol = accepted.subprotocol;
    this.#context = context;
    this.#relay = relay;
    this.#out = relay.links[opposite(this.side)];
    this.#in = relay.links[this.side];
    this.#assembler = new FrameAssembler(this);
    this.#judge = new FrameJudge(context, relay.tunnel, this);
    this.#observation = new Observation(options.observedFrames);
    this.#answersPings = options.answerPings;
    const { promise, resolve } = withResolvers();
    this.closed = promise;
    this.#settleClosed = resolve;
  }

  /** Starts reading; `head` is what came behind the handshake. */
  start(head: Buffer): void {
    this.peer.start(head);
  }

  /** Closes the WebSocket; the client has `closeTimeoutMs` to answer. */
  close(code: number = CloseCode.NORMAL, reason = ''): void {
    this.#stopRelaying(code, reason);
    this.peer.close(code, reason);
  }

  /** Resets the TCP connection, without a close frame. */
  drop(): void {
    this.peer.drop();
  }

  /** Ends TCP behind what has been sent, without a close frame. Nothing is read any more. */
  endTcp(): void {
    this.peer.endTcp();
  }

  /** Whether pings are answered (W3). */
  answerPings(answers: boolean): void {
    this.#answersPings = answers;
  }

  /** Keeps back what is relayed to this client; beyond the high-water mark its peer is slowed. */
  hold(): void {
    this.#in.hold();
  }

  /** Delivers what was held and relays on. */
  release(): void {
    this.#in.release();
  }

  /** SESSION_RESET to this client (S12). */
  resetSession(): void {
    this.inject({ type: MessageType.SESSION_RESET });
  }

  /** SERVICE_IDS with the tunnel's ids, or others (S1). */
  sendServiceIds(ids: readonly string[] = this.#relay.tunnel.services): void {
    this.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: ids });
  }

  // What it saw.

  /** The last frames that the client sent (`observedFrames` of them). */
  get received(): readonly ReceivedFrame[] {
    return this.#observation.received;
  }

  /**
   * The client's next frame that matches, after the one returned last.
   * @throws {ServiceError} TIMEOUT after `timeoutMs` (5000) of real time, SESSION_ENDED.
   */
  next(matcher?: FrameMatcher, options?: { timeoutMs?: number }): Promise<ReceivedFrame> {
    return this.#observation.next(matcher, options);
  }

  // SideConnection: called by the registry, which already counts the side as disconnected.

  end(code: number, reason: string): void {
    this.close(code, reason);
  }

  /** Ends TCP at once, the close handshake notwithstanding. */
  destroy(): void {
    this.peer.destroy();
  }

  // LinkOrigin

  relieved(): void {
    this.peer.resume('back-pressure');
  }

  // AssemblerSink: tunnel frames of this client.

  judge(bytes: Buffer, start: number, end: number): boolean {
    const { events, options } = this.#context;
    const routable = this.#out.target !== undefined;
    this.#observation.record(bytes, start - 2, end);
    if (events.framesWanted && events.wants('frame-received')) {
      const { tunnelId, side: from, channelId } = this;
      events.emit('frame-received', { tunnelId, from, channelId, frame: bytes.subarray(start - 2, end) });
    }
    if (options.enforce !== 'off' || !routable) {
      scanner.scan(bytes, start, end);
      const offence = options.enforce === 'off' ? undefined : this.#judge.judge(bytes);
      if (offence !== undefined) {
        // Closed once the frames before it are on their way.
        this.#offence = offence;
        return false;
      }
      if (!routable) this.#answerUnroutable();
    }
    if (routable && events.framesWanted && events.wants('frame-relayed')) {
      const { tunnelId, side: from, channelId } = this;
      events.emit('frame-relayed', { tunnelId, from, channelId, frame: bytes.subarray(start - 2, end) });
    }
    return true;
  }

  relay(frames: Buffer, cuts: readonly number[]): void {
    this.#out.relay(frames, cuts);
  }

  boundary(): void {
    this.#out.boundary();
  }

  // PeerEvents: WebSocket frames of this client.

  onBytes(count: number): void {
    const waitMs = this.#relay.countBytes(count);
    if (waitMs === 0 || this.#over) return;
    this.peer.pause('bandwidth');
    this.#bandwidthTimer?.cancel();
    this.#bandwidthTimer = this.#context.clock.after(waitMs, () => this.peer.resume('bandwidth'));
  }

  onDataFrame(opcode: number, length: number): void {
    this.#inText = opcode === Opcode.TEXT;
    if (this.#over) return;
    if (this.#inText) {
      const finding: Finding = { rule: 'W1', force: 'MUST', what: 'A text message came; data is binary' };
      if (this.#judge.report(finding)) this.#closeFor(CloseCode.UNSUPPORTED_DATA, finding);
    } else if (length > MAX_WEBSOCKET_FRAME_BYTES) {
      const what = `A WebSocket frame has ${length} bytes; at most ${MAX_WEBSOCKET_FRAME_BYTES} are allowed`;
      const finding: Finding = { rule: 'W2', force: 'MUST', what };
      if (this.#judge.report(finding)) this.#closeFor(CloseCode.TOO_BIG, finding);
    }
  }

  onPayload(piece: Buffer): void {
    if (this.#over || this.#inText) return;
    this.#assembler.push(piece);
    if (this.#offence !== undefined) this.#closeFor(CloseCode.POLICY_VIOLATION, this.#offence);
  }

  onDataFrameEnd(endOfMessage: boolean): void {
    if (this.#over || this.#inText) return;
    if (endOfMessage) this.#assembler.boundary();
    else this.#assembler.fragmentEnd();
  }

  onPing(payload: Buffer): void {
    // A client that pings and never reads must not cost memory; not answering is no error (W3).
    const backlogged = this.peer.bufferedBytes >= this.#context.options.highWaterBytes;
    if (this.#answersPings && !backlogged) this.peer.pong(payload);
  }

  onPong(): void {
    // Unsolicited ones are ignored, and nobody waits for the others (W3).
  }

  onChunkEnd(): void {
    if (!this.#over && this.#out.full) this.peer.pause('back-pressure');
  }

  onDrain(): void {
    this.#in.relieve();
  }

  onEnded(code: number, reason: string): void {
    this.#stopRelaying(code, reason);
  }

  onGone(): void {
    this.#settleClosed();
  }

  /** From here on nothing is relayed either way, and the side counts as disconnected. */
  #stopRelaying(code: number, reason: string): void {
    if (this.#over) return;
    this.flushGathered();
    this.#over = true;
    this.#bandwidthTimer?.cancel();
    this.#relay.detach(this);
    this.#observation.end(code);
    const { registry, options } = this.#context;
    const disrupted = registry.disconnected(this, code, reason);
    if (options.resetOnPeerLoss === 'lost') this.#relay.resetStreams(opposite(this.side), disrupted);
  }

  #closeFor(code: number, { rule, what }: Finding): void {
    this.close(code, `${rule}: ${what}`);
  }

  /** Nobody is at the other end: the source learns that its stream leads nowhere; nothing is queued. */
  #answerUnroutable(): void {
    const { type, streamId } = scanner;
    if (this.side !== 'source' || scanner.errorCode !== undefined) return;
    const starts = type === MessageType.STREAM_START || type === MessageType.CONNECTION_START;
    if (!starts && type !== MessageType.DATA) return;
    const serviceId = scanner.serviceId();
    const last = this.#lastAnswered;
    // DATA that follows at once needs no second answer: the first is on its way.
    if (!starts && last?.streamId === streamId && last.serviceId === serviceId) return;
    if (this.peer.bufferedBytes >= this.#context.options.highWaterBytes) return;
    this.#lastAnswered = { streamId, serviceId };
    this.#relay.resetStreams(this.side, [this.#lastAnswered]);
  }

  /** Sends one message of tunnel bytes. */
  protected sendBinary(parts: readonly Uint8Array[], length: number): void {
    const { events } = this.#context;
    if (events.framesWanted && events.wants('bytes-sent') && this.peer.open) {
      const { tunnelId, side: to, channelId } = this;
      events.emit('bytes-sent', { tunnelId, to, channelId, parts });
    }
    this.peer.sendBinary(parts, length);
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
