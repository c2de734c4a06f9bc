import { decodeMessage, FrameReader, type Message } from '../../../src/protocol/index.js';
import { type ClientFrame, ClientFrameReader } from '../../../src/scenario-runner/wire/client-frames.js';
import { encodeServerFrame, Opcode } from '../../../src/scenario-runner/wire/server-frames.js';
import type { Passed, Way } from '../mutant.js';
import { frameBytes, type Wire } from './wire.js';

/** Tunnel bytes gathered into one WebSocket frame at most; W2 allows 131076. */
const MAX_GATHERED_BYTES = 64 * 1024;

/** One direction of a WebSocket: takes bytes, applies what the mutant does to it, and writes bytes. */
export class Direction {
  readonly #way: Way;
  readonly #wire: Wire;
  readonly #masked: boolean;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #frames: ClientFrameReader;
  readonly #messages: FrameReader;
  /** Opcode of the message that continuation frames belong to. */
  #within = 0;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;

  constructor(way: Way, wire: Wire, masked: boolean, write: (bytes: Uint8Array) => void) {
    this.#way = way;
    this.#wire = wire;
    this.#masked = masked;
    this.#write = write;
    this.#frames = new ClientFrameReader((frame) => this.#frame(frame));
    this.#messages = new FrameReader((bytes, start, end) => this.#message(bytes, start, end));
  }

  push(chunk: Buffer): void {
    this.#frames.push(chunk);
  }

  /** Writes tunnel bytes as a WebSocket message of their own. */
  send(bytes: Uint8Array): void {
    this.#emit({ ...BINARY, masked: this.#masked, payload: Buffer.from(bytes) });
  }

  #frame(frame: ClientFrame): void {
    if (this.#wire.isDeaf) return;
    for (const passed of this.#way.frame?.(frame) ?? [frame]) this.#framed(passed);
  }

  /**
   * Without a hook on messages the frame goes on as it is. With one its tunnel bytes are taken out; what no valid
   * WebSocket stream holds goes on unchanged, so that the good client sees it.
   */
  #framed(frame: ClientFrame): void {
    const { opcode, fin } = frame;
    const isData = opcode <= Opcode.BINARY && frame.reserved === 0 && frame.masked === this.#masked;
    const before = this.#within;
    if (isData && (opcode !== Opcode.CONTINUATION || before !== 0)) {
      this.#within = fin ? 0 : opcode || before;
    }
    const isTunnel = isData && (opcode === Opcode.BINARY || (opcode === 0 && before === Opcode.BINARY));
    const isInterrupting = opcode === Opcode.BINARY && before !== 0;
    if (!isTunnel || isInterrupting) {
      if (isInterrupting && this.#edits) {
        this.#emit({ ...frame, opcode: before, fin: false, payload: Buffer.alloc(0) });
      }
      this.#emit(frame);
      return;
    }
    this.#messages.push(frame.payload);
    if (this.#edits) this.#flush();
    else this.#emit(frame);
  }

  /** Whether tunnel messages are put together anew; else only looked at. */
  get #edits(): boolean {
    return this.#way.message !== undefined || this.#way.unparsable !== undefined;
  }

  #message(bytes: Uint8Array, start: number, end: number): void {
    if (this.#wire.isDeaf) return;
    const raw = bytes.subarray(start - 2, end);
    const pass = (passed: () => Passed): void => {
      if (this.#edits) this.#pass(passed());
    };
    let value: Message;
    try {
      value = decodeMessage(bytes, start, end);
    } catch {
      pass(() => (this.#way.unparsable === undefined ? raw : this.#way.unparsable(raw)));
      return;
    }
    // What ends a connection is followed after the mutant has looked at it, what begins one before.
    const ends = value.type === 3 || value.type === 7;
    if (!ends) this.#wire.follow(value);
    pass(() => (this.#way.message === undefined ? raw : this.#way.message(value, raw)));
    if (ends) this.#wire.follow(value);
  }

  #pass(passed: Passed): void {
    if (passed === null) return;
    for (const part of Array.isArray(passed) ? passed : [passed]) {
      const bytes = frameBytes(part);
      if (this.#gatheredBytes + bytes.length > MAX_GATHERED_BYTES) this.#flush();
      this.#gathered.push(bytes);
      this.#gatheredBytes += bytes.length;
    }
  }

  #flush(): void {
    if (this.#gathered.length > 0 && !this.#wire.isDeaf) this.send(Buffer.concat(this.#gathered));
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }

  #emit(frame: ClientFrame): void {
    if (this.#wire.isDeaf) return;
    const mask = frame.masked ? { mask: MASK } : {};
    const { opcode, fin, reserved, payload } = frame;
    this.#write(encodeServerFrame({ opcode, fin, reserved, payload, ...mask }));
  }
}

export const BINARY: ClientFrame = {
  opcode: Opcode.BINARY,
  fin: true,
  reserved: 0,
  masked: true,
  payload: Buffer.alloc(0),
};
/** Any mask will do here. */
const MASK = Buffer.from([0x1d, 0xc4, 0x5a, 0x92]);
