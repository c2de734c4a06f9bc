import { CloseCode, mayBeSent, Opcode } from './opcodes.js';
import { unmask } from './unmask.js';

/** What a client's WebSocket frames come to. All calls are synchronous; bytes may be kept. */
export interface FrameSink {
  /** A data frame starts; for a continuation, with the opcode of its message. */
  onDataFrame(opcode: number, length: number): void;
  /** A piece of a data frame's payload, unmasked. Never empty. */
  onPayload(piece: Buffer): void;
  /** A data frame is complete. `endOfMessage` is its FIN bit. */
  onDataFrameEnd(endOfMessage: boolean): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** 1005 where the close frame has no code. */
  onClose(code: number, reason: string): void;
  /** The bytes are no WebSocket (W6). Nothing is parsed from here on. */
  onInvalid(code: number, what: string): void;
}

/** Two bytes, eight of length, four of mask. */
const LONGEST_HEADER = 14;
const LONGEST_CONTROL_PAYLOAD = 125;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses what a client sends (RFC 6455 section 5), in any chunking. Payload is unmasked in place and handed on as it
 * comes: a data frame is never gathered, so its limit is not a matter of memory but of the rule (W2), and a fragmented
 * message may have any length. Only control frames (125 bytes at most) are gathered.
 */
export class FrameParser {
  readonly #sink: FrameSink;
  readonly #header = Buffer.alloc(LONGEST_HEADER);
  #headerFilled = 0;
  #headerLength = 2;
  /** Payload bytes still to come, or -1 while a header is read. */
  #remaining = -1;
  #opcode = 0;
  #fin = false;
  readonly #mask = Buffer.alloc(4);
  #masked = false;
  /** Opcode of the message whose fragments are coming in, or 0. */
  #fragmented = 0;
  #control: Buffer | undefined;
  #controlFilled = 0;
  #stopped = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Parses nothing more; also takes effect in the middle of a chunk. */
  stop(): void {
    this.#stopped = true;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      at = this.#remaining < 0 ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at);
    }
  }

  #readHeader(chunk: Buffer, from: number): number {
    let at = from;
    const header = this.#header;
    while (at < chunk.length) {
      header[this.#headerFilled++] = chunk[at++]!;
      if (this.#headerFilled === 2) {
        const length = header[1]! & 0x7f;
        this.#headerLength = length === 127 ? 14 : length === 126 ? 8 : 6;
        if (!this.#checkStart(header[0]!, header[1]!)) break;
      } else if (this.#headerFilled === this.#headerLength) {
        this.#headerFilled = 0;
        this.#begin();
        break;
      }
    }
    return at;
  }

  #checkStart(first: number, second: number): boolean {
    if ((first & 0x70) !== 0) return this.#fail('reserved bits are set');
    if ((second & 0x80) === 0) return this.#fail('a client frame is not masked');
    this.#fin = (first & 0x80) !== 0;
    const opcode = first & 0x0f;
    if (opcode >= Opcode.CLOSE) {
      if (opcode > Opcode.PONG) return this.#fail(`opcode ${opcode} is reserved`);
      if (!this.#fin) return this.#fail('a control frame is fragmented');
      const length = second & 0x7f;
      if (length > LONGEST_CONTROL_PAYLOAD) return this.#fail('a control frame is longer than 125 bytes');
      this.#opcode = opcode;
      return true;
    }
    if (opcode > Opcode.BINARY) return this.#fail(`opcode ${opcode} is reserved`);
    if (opcode === Opcode.CONTINUATION && this.#fragmented === 0)
      return this.#fail('a continuation frame continues nothing');
    if (opcode !== Opcode.CONTINUATION && this.#fragmented !== 0)
      return this.#fail('a new message starts inside a fragmented one');
    this.#opcode = opcode === Opcode.CONTINUATION ? this.#fragmented : opcode;
    this.#fragmented = this.#fin ? 0 : this.#opcode;
    return true;
  }

  #begin(): void {
    const header = this.#header;
    const maskAt = this.#headerLength - 4;
    const length =
      maskAt === 2 ? header[1]! & 0x7f : maskAt === 4 ? header.readUInt16BE(2) : readUInt64(header, 2);
    if (!Number.isSafeInteger(length)) {
      this.#fail('a frame announces more than 2^53 bytes', CloseCode.TOO_BIG);
      return;
    }
    header.copy(this.#mask, 0, maskAt, maskAt + 4);
    this.#masked = this.#mask.readInt32LE(0) !== 0;
    this.#remaining = length;
    if (this.#opcode >= Opcode.CLOSE) {
      this.#control = Buffer.allocUnsafe(length);
      this.#controlFilled = 0;
    } else {
      this.#sink.onDataFrame(this.#opcode, length);
    }
    if (length === 0 && !this.#stopped) this.#end();
  }

  #readPayload(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#remaining, chunk.length - at);
    const piece = chunk.subarray(at, at + taken);
    if (this.#masked) {
      unmask(piece, this.#mask);
      if ((taken & 3) !== 0) this.#rotateMask(taken & 3);
    }
    this.#remaining -= taken;
    if (this.#control === undefined) {
      this.#sink.onPayload(piece);
    } else {
      this.#control.set(piece, this.#controlFilled);
      this.#controlFilled += taken;
    }
    if (this.#remaining === 0 && !this.#stopped) this.#end();
    return at + taken;
  }

  /** The mask goes on where the piece ended. */
  #rotateMask(by: number): void {
    const turned = Buffer.concat([this.#mask.subarray(by), this.#mask.subarray(0, by)]);
    turned.copy(this.#mask);
  }

  #end(): void {
    this.#remaining = -1;
    const control = this.#control;
    this.#control = undefined;
    if (control === undefined) this.#sink.onDataFrameEnd(this.#fin);
    else if (this.#opcode === Opcode.PING) this.#sink.onPing(control);
    else if (this.#opcode === Opcode.PONG) this.#sink.onPong(control);
    else this.#close(control);
  }

  #close(payload: Buffer): void {
    if (payload.length === 0) {
      this.stop();
      this.#sink.onClose(CloseCode.NONE, '');
      return;
    }
    const code = payload.length === 1 ? -1 : payload.readUInt16BE(0);
    if (!mayBeSent(code)) {
      this.#fail(code < 0 ? 'a close frame holds half a code' : `close code ${code} may not be sent`);
      return;
    }
    let reason: string;
    try {
      reason = strictUtf8.decode(payload.subarray(2));
    } catch {
      this.#fail('the reason of a close frame is not UTF-8', CloseCode.INVALID_TEXT);
      return;
    }
    this.stop();
    this.#sink.onClose(code, reason);
  }

  #fail(what: string, code: number = CloseCode.PROTOCOL_ERROR): false {
    this.stop();
    this.#sink.onInvalid(code, what);
    return false;
  }
}

/** Exact up to 2^53; beyond, something that is no safe integer. */
function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
