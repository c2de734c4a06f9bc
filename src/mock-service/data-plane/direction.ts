import { opposite, type Side } from '../../protocol/index.js';
import type { SideConnection, Tunnel } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';
import { FrameAssembler } from './frame-assembler.js';
import { FrameJudge } from './frame-judge.js';
import { Link } from './link.js';
import { NoReceiver } from './no-receiver.js';
import type { Observation } from './observation.js';
import { Output } from './output.js';
import { resetFrame } from './stream-reset.js';
import { TunnelBytes } from './tunnel-bytes.js';
import type { WebSocketPeer } from './websocket/peer.js';

/** The connection at an end of a direction. */
export interface DirectionEnd extends SideConnection {
  readonly peer: WebSocketPeer;
  /** What this side has sent. */
  readonly observation: Observation;
  /** The last steps of the direction towards this side. */
  readonly output: Output;
  /** Whether there is room for an answer of the service itself before the bytes that wait reach the limit. */
  readonly hasRoom: boolean;
  close(code: number, reason: string): void;
  /** Ends this connection because code of the service threw an error for it. */
  fail(error: unknown): void;
}

/**
 * One direction of a tunnel: source to destination, or back. Its bytes go through the steps below, in this order. Each
 * step is one file and calls the next step. A step that judges a frame returns its verdict.
 *
 * ```
 *   the sender's socket      websocket/peer.ts
 *     → WebSocket frames     websocket/frame-parser.ts
 *     → tunnel bytes         tunnel-bytes.ts            W1, W2
 *     → tunnel frames        frame-assembler.ts
 *     → judge                frame-judge.ts             M1 to M13
 *     → link, its stages     link.ts, stage-chain.ts
 *     → re-framing           output.ts, reframing.ts    W4
 *     → write batch          websocket/write-batch.ts
 *     → the receiver's socket, through stages of the wire
 * ```
 *
 * The link lives as long as the tunnel. The steps before the link are made for each connection of the sender. The steps
 * after it are made for each connection of the receiver.
 */
export class Direction {
  readonly link: Link;
  readonly #context: DataPlaneContext;
  readonly #tunnel: Tunnel;

  constructor(context: DataPlaneContext, tunnel: Tunnel, to: Side) {
    this.#context = context;
    this.#tunnel = tunnel;
    this.link = new Link(to, context.options.highWaterBytes, context.waiting);
  }

  /** Makes the steps from WebSocket frames to the link. */
  stepsFromSender(sender: DirectionEnd): TunnelBytes {
    const { link } = this;
    const judge = new FrameJudge(this.#context, this.#tunnel, sender);
    const noReceiver = this.#noReceiverFor(sender);
    const judgeFrame = (bytes: Buffer, start: number, end: number) => {
      sender.observation.record(bytes, start - 2, end);
      this.#tell('frame-received', sender, bytes, start, end);
      const offence = judge.judge(bytes, start, end);
      if (offence !== undefined) return offence;
      if (link.connected) this.#tell('frame-relayed', sender, bytes, start, end);
      else noReceiver.answer(judge.fieldsOf(bytes, start, end));
      return undefined;
    };
    const frames = new FrameAssembler(judgeFrame, link);
    return new TunnelBytes({
      frames,
      report: (finding) => judge.report(finding),
      close: (code, { rule, what }) => sender.close(code, `${rule}: ${what}`),
    });
  }

  /** Makes the steps from the link to the WebSocket. {@link Link.setReceiver} joins them to the link. */
  stepsToReceiver(receiver: DirectionEnd): Output {
    const { events, options } = this.#context;
    const { tunnelId, side: to, channelId } = receiver;
    return new Output({
      peer: receiver.peer,
      reframing: options.reframing,
      onMessage: (parts) => {
        if (!events.framesWanted || !events.wants('bytes-sent')) return;
        events.emit('bytes-sent', { tunnelId, to, channelId, parts });
      },
      onFailure: (error) => receiver.fail(error),
    });
  }

  /** Makes the step that answers frames while there is no receiver. */
  #noReceiverFor(sender: DirectionEnd): NoReceiver {
    return new NoReceiver({
      sender: sender.side,
      hasRoom: () => sender.hasRoom,
      reset: (stream) => {
        const frame = resetFrame(stream);
        if (frame !== undefined) sender.output.message(frame);
        this.#tunnel.streams.endStream(stream.serviceId, stream.streamId);
      },
    });
  }

  #tell(
    name: 'frame-received' | 'frame-relayed',
    { tunnelId, channelId }: DirectionEnd,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const { events } = this.#context;
    if (!events.framesWanted || !events.wants(name)) return;
    const from = opposite(this.link.to);
    events.emit(name, { tunnelId, from, channelId, frame: bytes.subarray(start - 2, end) });
  }
}
