import { CloseCode, mayBeSent, Opcode } from './opcodes.js';
import { unmask } from './unmask.js';

/** Receives a client's data frames. All calls are synchronous. The receiver may keep the bytes. */
export interface DataFrameSink {
  /** A data frame starts. For a continuation frame, `opcode` is that of its message. */
  onDataFrame(opcode: number, length: number): void;
  /** A piece of a data frame's payload, unmasked. Never empty. */
  onPayload(piece: Buffer): void;
  /** A data frame is complete. `endOfMessage` is its FIN bit. */
  onDataFrameEnd(endOfMessage: boolean): void;
}

/** Receives a client's WebSocket frames. */
export interface FrameSink extends DataFrameSink {
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** `code` is 1005 if the close frame has no code. */
  onClose(code: number, reason: string): void;
  /** The bytes are not valid WebSocket (W6). Nothing more is parsed. */
  onInvalid(code: number, what: string): void;
}

/** What the parser reads next: the fields of a frame's header, in the order of RFC 6455 5.2, then its payload. */
const State = {
  /** Two bytes: FIN, reserved bits, opcode, mask bit, and a length of up to 125 or the size of the length field. */
  START: 0,
  LENGTH_OF_16_BITS: 1,
  LENGTH_OF_64_BITS: 2,
  MASK: 3,
  PAYLOAD: 4,
  /** Nothing is read: the client has closed or broken the protocol, or the parser was stopped. */
  STOPPED: 5,
} as const;
type State = (typeof State)[keyof typeof State];

/** The size in bytes of the header field that each state reads. */
const FIELD_BYTES = {
  [State.START]: 2,
  [State.LENGTH_OF_16_BITS]: 2,
  [State.LENGTH_OF_64_BITS]: 8,
  [State.MASK]: 4,
} as const;
const LONGEST_FIELD = 8;
/** Values of the 7-bit length that announce a longer length field. */
const SAYS_16_BITS = 126;
const SAYS_64_BITS = 127;
const LONGEST_CONTROL_PAYLOAD = 125;
/** It keeps a byte order mark, because the echoed close reason must be unchanged. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses a client's WebSocket bytes (RFC 6455 section 5), in chunks of any size. It unmasks the payload in place and
 * passes it on as it arrives. It never gathers a data frame. So a fragmented message may have any length, and only the
 * rule W2 limits a frame, not memory. It gathers only control frames, which have at most 125 bytes.
 */
export class FrameParser {
  readonly #sink: FrameSink;
  #state: State = State.START;
  /** The bytes of the current header field that have arrived so far. */
  readonly #field = Buffer.alloc(LONGEST_FIELD);
  #fieldFilled = 0;
  #fieldLength: number = FIELD_BYTES[State.START];
  #fin = false;
  #opcode = 0;
  /** How many payload bytes of the frame have not arrived yet. */
  #payloadLeft = 0;
  readonly #mask = Buffer.alloc(4);
  #isMaskZero = false;
  /** The opcode of the fragmented message that has not ended; 0 if there is none. */
  #fragmented = 0;
  /** The payload of the control frame that is being read. */
  #control: Buffer | undefined;
  #controlFilled = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Stops parsing at once, even in the middle of a chunk. */
  stop(): void {
    this.#state = State.STOPPED;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#state !== State.STOPPED) {
      at = this.#state === State.PAYLOAD ? this.#readPayload(chunk, at) : this.#readField(chunk, at);
    }
  }

  #readField(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      this.#field[this.#fieldFilled++] = chunk[at++]!;
      if (this.#fieldFilled < this.#fieldLength) continue;
      this.#endOfField();
      return at;
    }
    return at;
  }

  #endOfField(): void {
    const field = this.#field;
    switch (this.#state) {
      case State.START:
        this.#start(field[0]!, field[1]!);
        break;
      case State.LENGTH_OF_16_BITS:
        this.#payloadLeft = field.readUInt16BE(0);
        this.#readNext(State.MASK);
        break;
      case State.LENGTH_OF_64_BITS:
        this.#payloadLeft = readUInt64(field);
        if (Number.isSafeInteger(this.#payloadLeft)) this.#readNext(State.MASK);
        else this.#fail('a frame announces more than 2^53 bytes', CloseCode.TOO_BIG);
        break;
      case State.MASK:
        field.copy(this.#mask, 0, 0, 4);
        this.#isMaskZero = this.#mask.readInt32LE(0) === 0;
        this.#startPayload();
        break;
    }
  }

  #readNext(state: keyof typeof FIELD_BYTES): void {
    this.#state = state;
    this.#fieldFilled = 0;
    this.#fieldLength = FIELD_BYTES[state];
  }

  #start(first: number, second: number): void {
    const length = second & 0x7f;
    const what = this.#faultOfStart(first, (second & 0x80) !== 0, length);
    if (what !== undefined) {
      this.#fail(what);
      return;
    }
    const opcode = first & 0x0f;
    this.#fin = (first & 0x80) !== 0;
    this.#opcode = opcode === Opcode.CONTINUATION ? this.#fragmented : opcode;
    if (!isControl(opcode)) this.#fragmented = this.#fin ? 0 : this.#opcode;
    this.#payloadLeft = length;
    if (length === SAYS_16_BITS) this.#readNext(State.LENGTH_OF_16_BITS);
    else if (length === SAYS_64_BITS) this.#readNext(State.LENGTH_OF_64_BITS);
    else this.#readNext(State.MASK);
  }

  /** What is wrong with the first two bytes of a frame; undefined if nothing is. */
  #faultOfStart(first: number, isMasked: boolean, length: number): string | undefined {
    if ((first & 0x70) !== 0) return 'reserved bits are set';
    if (!isMasked) return 'a client frame is not masked';
    const opcode = first & 0x0f;
    if (isControl(opcode)) {
      if (opcode > Opcode.PONG) return `opcode ${opcode} is reserved`;
      if ((first & 0x80) === 0) return 'a control frame is fragmented';
      if (length > LONGEST_CONTROL_PAYLOAD) return 'a control frame is longer than 125 bytes';
      return undefined;
    }
    if (opcode > Opcode.BINARY) return `opcode ${opcode} is reserved`;
    const continues = opcode === Opcode.CONTINUATION;
    if (continues && this.#fragmented === 0) return 'a continuation frame continues nothing';
    if (!continues && this.#fragmented !== 0) return 'a new message starts inside a fragmented one';
    return undefined;
  }

  #startPayload(): void {
    this.#state = State.PAYLOAD;
    if (isControl(this.#opcode)) {
      this.#control = Buffer.allocUnsafe(this.#payloadLeft);
      this.#controlFilled = 0;
    } else {
      this.#sink.onDataFrame(this.#opcode, this.#payloadLeft);
    }
    if (this.#payloadLeft === 0) this.#endOfPayload();
  }

  #readPayload(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#payloadLeft, chunk.length - at);
    const piece = chunk.subarray(at, at + taken);
    if (!this.#isMaskZero) {
      unmask(piece, this.#mask);
      if ((taken & 3) !== 0) this.#rotateMask(taken & 3);
    }
    this.#payloadLeft -= taken;
    if (this.#control === undefined) {
      this.#sink.onPayload(piece);
    } else {
      this.#control.set(piece, this.#controlFilled);
      this.#controlFilled += taken;
    }
    if (this.#payloadLeft === 0) this.#endOfPayload();
    return at + taken;
  }

  /** Rotates the mask, so that it starts with the byte for the next piece. */
  #rotateMask(by: number): void {
    const turned = Buffer.concat([this.#mask.subarray(by), this.#mask.subarray(0, by)]);
    turned.copy(this.#mask);
  }

  #endOfPayload(): void {
    // The receiver of the frame may have stopped the parser.
    if (this.#state === State.STOPPED) return;
    this.#readNext(State.START);
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

  #fail(what: string, code: number = CloseCode.PROTOCOL_ERROR): void {
    this.stop();
    this.#sink.onInvalid(code, what);
  }
}

function isControl(opcode: number): boolean {
  return opcode >= Opcode.CLOSE;
}

/** Exact up to 2^53. A larger value gives a number that is not a safe integer. */
function readUInt64(bytes: Buffer): number {
  return bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4);
}
