import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';
import type { BrokenRule } from '../rules/index.js';
import type { FrameAssembler } from './frame-assembler.js';
import type { DataFrameSink } from './websocket/frame-parser.js';
import { CloseCode, Opcode } from './websocket/opcodes.js';

export interface TunnelBytesOptions {
  readonly frames: FrameAssembler;
  /** Reports a broken rule. Returns true if the sender must be closed for it. */
  readonly report: (broken: BrokenRule) => boolean;
  /** Closes the sender. */
  readonly close: (code: number, offence: BrokenRule) => void;
}

/** The kind of message that the current data frame belongs to. */
type Message = 'binary' | 'text';

/** The step from WebSocket frames to tunnel bytes. It judges the frames (W1, W2) and takes the data out of them. */
export class TunnelBytes implements DataFrameSink {
  readonly #frames: FrameAssembler;
  readonly #options: TunnelBytesOptions;
  #message: Message = 'binary';
  #stopped = false;

  constructor(options: TunnelBytesOptions) {
    this.#options = options;
    this.#frames = options.frames;
  }

  /** From now on, received bytes are not taken as tunnel data. */
  stop(): void {
    this.#stopped = true;
  }

  onDataFrame(opcode: number, length: number): void {
    this.#message = opcode === Opcode.TEXT ? 'text' : 'binary';
    if (this.#stopped) return;
    if (this.#message === 'text') {
      this.#offend(CloseCode.UNSUPPORTED_DATA, 'W1', 'A text message came; data is binary');
    } else if (length > MAX_WEBSOCKET_FRAME_BYTES) {
      const what = `A WebSocket frame has ${length} bytes; at most ${MAX_WEBSOCKET_FRAME_BYTES} are allowed`;
      this.#offend(CloseCode.TOO_BIG, 'W2', what);
    }
  }

  onPayload(piece: Buffer): void {
    // The rest of a text message is not tunnel data either.
    if (this.#stopped || this.#message === 'text') return;
    const offence = this.#frames.push(piece);
    if (offence !== undefined) this.#options.close(CloseCode.POLICY_VIOLATION, offence);
  }

  onDataFrameEnd(endOfMessage: boolean): void {
    if (this.#stopped || this.#message === 'text') return;
    if (endOfMessage) this.#frames.boundary();
    else this.#frames.fragmentEnd();
  }

  #offend(code: number, rule: 'W1' | 'W2', what: string): void {
    const broken: BrokenRule = { rule, force: 'MUST', what };
    if (this.#options.report(broken)) this.#options.close(code, broken);
  }
}
