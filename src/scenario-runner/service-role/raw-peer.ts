import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import {
  decodeMessage,
  encodeFrame,
  FrameReader,
  MAX_WEBSOCKET_FRAME_BYTES,
  type Message,
  message,
} from '../../protocol/index.js';
import { Queue } from '../trial/index.js';
import {
  type ClientFrame,
  ClientFrameReader,
  encodeServerFrame,
  type FrameHeader,
  type Offence,
  Opcode,
  type ServerFrame,
} from '../wire/index.js';

/** Bytes that may wait for a scenario that does not ask for them. Beyond that, TCP slows the service. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Bytes that a message or frame counts in addition to its payload. */
const OVERHEAD_BYTES = 256;
const weigh = ({ payload }: { payload: Uint8Array }): number => payload.length + OVERHEAD_BYTES;

/** A WebSocket to the service under test. It is written and read frame by frame. */
export class RawPeer {
  readonly messages = new Queue<Message>(weigh, () => this.#flow());
  readonly pongs = new Queue<ClientFrame>(weigh, () => this.#flow());
  /** Resolves when TCP is gone. */
  readonly closed: Promise<void>;
  open = true;
  /**
   * Bytes of the service that no peer can read, so that the connection ended.
   * @internal
   */
  failure: Offence | undefined;
  #reads = true;

  constructor(
    readonly socket: Duplex,
    readonly headers: NodeJS.Dict<string | string[]>,
    head: Buffer,
  ) {
    const reader = new FrameReader((bytes, start, end) => this.#message(bytes, start, end));
    const frames = new ClientFrameReader(
      (frame) => {
        if (frame.opcode < 8) reader.push(frame.payload);
        if (frame.opcode === Opcode.PONG) this.pongs.push(frame);
        if (frame.opcode === Opcode.CLOSE) this.write({ opcode: Opcode.CLOSE, payload: frame.payload });
      },
      (header) => this.#header(header, frames),
    );
    this.closed = new Promise((resolve) => {
      const end = (): void => {
        this.open = false;
        resolve();
      };
      socket.once('end', () => socket.end());
      socket.once('end', end);
      socket.once('close', end);
      socket.on('error', end);
    });
    if (head.length > 0) frames.push(head);
    socket.on('data', (chunk: Buffer) => frames.push(chunk));
  }

  /** Sends tunnel messages, each in its own WebSocket message. */
  send(...values: Partial<Message>[]): void {
    for (const fields of values) this.sendBytes(encodeFrame(message(fields)));
  }

  sendBytes(payload: Uint8Array): void {
    this.write({ opcode: Opcode.BINARY, payload });
  }

  write(frame: ServerFrame): void {
    if (!this.socket.destroyed) this.socket.write(encodeServerFrame({ ...frame, mask: randomBytes(4) }));
  }

  /** Resolves when the system has taken all written bytes, or the connection is gone. */
  async drained(): Promise<void> {
    if (this.socket.writableLength === 0 || !this.open) return;
    const written = new Promise<void>((resolve) => this.socket.write(Buffer.alloc(0), () => resolve()));
    await Promise.race([written, this.closed]);
  }

  /** Ends TCP after the written bytes, without a close frame. */
  leaves(): void {
    this.socket.end();
  }

  /** Cuts TCP without a close frame. Bytes that are on their way may be lost. */
  drops(): void {
    this.socket.destroy();
  }

  /** Stops reading from the service, so that TCP slows it. */
  stopsReading(): void {
    this.#reads = false;
    this.#flow();
  }

  readsAgain(): void {
    this.#reads = true;
    this.#flow();
  }

  #flow(): void {
    const isFull = this.messages.weight > MAX_HELD_BYTES || this.pongs.weight > MAX_HELD_BYTES;
    if (!this.#reads || isFull) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  #header({ length, reserved, masked }: FrameHeader, frames: ClientFrameReader): void {
    if (length > MAX_WEBSOCKET_FRAME_BYTES) {
      this.#fails(frames, { rule: 'W2', symptom: 'frame-too-large', detail: `${length} bytes` });
    } else if (reserved !== 0 || masked) {
      const symptom = masked ? 'masked-by-service' : 'reserved-bits-set';
      this.#fails(frames, { rule: 'W6', symptom, detail: '' });
    }
  }

  #message(bytes: Uint8Array, start: number, end: number): void {
    let value: Message;
    try {
      value = decodeMessage(Buffer.from(bytes.subarray(start, end)));
    } catch (error) {
      const head = Buffer.from(bytes.subarray(start, Math.min(end, start + 24))).toString('hex');
      const detail = `${error instanceof Error ? error.message : error}; ${head}`;
      this.#fails(undefined, { rule: 'M11', symptom: 'message-unparsable', detail });
      return;
    }
    this.messages.push(value);
  }

  /** The bytes that follow cannot be read. */
  #fails(frames: ClientFrameReader | undefined, offence: Offence): void {
    this.failure ??= offence;
    frames?.stop();
    this.socket.destroy();
  }
}
