import { FrameReader, opposite, type Side } from '../../protocol/index.js';
import { CAPTURE_FORMAT, CAPTURE_VERSION, type CaptureHeader, type FrameDirection } from './format.js';
import { describeFrame } from './frame-fields.js';
import { redact } from './redact.js';
import { RelayedFrames } from './relayed-frames.js';
import type { CaptureSink } from './sink.js';

/** Enough for hours of typing, and small enough for a text editor. */
export const DEFAULT_MAX_CAPTURE_BYTES = 64 * 1024 * 1024;
/** Bytes that are kept free for the last line. */
const LAST_LINE_BYTES = 200;

export interface RecorderOptions {
  readonly sink: CaptureSink;
  /** The date, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since some fixed moment. They never go back. The times of entries come from it. */
  readonly elapsed: () => number;
  /** Name and version of the service. */
  readonly service: string;
  readonly seed?: string | number | undefined;
  /** Default `kept`. */
  readonly payloads?: 'kept' | 'omitted' | undefined;
  /** Records only this tunnel. Default: all tunnels. */
  readonly tunnelId?: string | undefined;
  /** The largest size of the file in bytes. Default: {@link DEFAULT_MAX_CAPTURE_BYTES}. */
  readonly maxBytes?: number | undefined;
  /** Asked before a line is written: whether there is room for it among all that is kept. Default: there is. */
  readonly hasRoom?: ((bytes: number) => boolean) | undefined;
}

interface SentStream {
  readonly reader: FrameReader;
  /** The bytes of the unfinished frame. */
  pending: Uint8Array[];
}

/** Writes a capture of what a service does. Its owner calls it for each event and frame; it does not listen itself. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #payloads: 'kept' | 'omitted';
  readonly #startedAt: number;
  readonly #relayed = new RelayedFrames();
  readonly #sent = new Map<string, SentStream>();
  #bytes = 0;
  #frames = 0;
  #over = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#payloads = options.payloads ?? 'kept';
    this.#startedAt = options.elapsed();
    const header: CaptureHeader = {
      format: CAPTURE_FORMAT,
      version: CAPTURE_VERSION,
      startedAt: new Date(options.now()).toISOString(),
      service: options.service,
      ...(options.seed !== undefined && { seed: options.seed }),
      payloads: this.#payloads,
    };
    this.#write(header);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Frames written so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Whether the size limit was reached. */
  get truncated(): boolean {
    return this.#over;
  }

  /** To be called for each event of the service. */
  event(event: { readonly event: string; readonly at: number }): void {
    const { at: _, event: name, ...fields } = event;
    if (!this.#concerns((fields as { tunnelId?: string }).tunnelId)) return;
    this.#write({ at: this.#at(), event: name, ...redact(fields) });
  }

  /** To be called when a whole frame has arrived from a side. */
  received(tunnelId: string, side: Side, frame: Uint8Array): void {
    if (!this.#concerns(tunnelId) || this.#over) return;
    const number = this.#frame(tunnelId, side, 'received', frame);
    this.#relayed.remember(`${tunnelId} ${side}`, number, frame);
  }

  /** To be called when tunnel bytes were sent to a side: frames, parts of frames, or bytes that a fault changed. */
  sent(tunnelId: string, side: Side, bytes: Uint8Array): void {
    if (!this.#concerns(tunnelId) || this.#over) return;
    const key = `${tunnelId} ${side}`;
    const stream = this.#sent.get(key) ?? this.#newStream(tunnelId, side, key);
    const before = stream.reader.pendingBytes;
    stream.reader.push(bytes);
    const { pendingBytes } = stream.reader;
    if (pendingBytes === 0) stream.pending = [];
    else if (pendingBytes === before + bytes.length) stream.pending.push(Buffer.from(bytes));
    else stream.pending = [Buffer.from(bytes.subarray(bytes.length - pendingBytes))];
  }

  /** To be called when a side's WebSocket is gone. The sent part of an unfinished frame is written as raw bytes. */
  connectionEnded(tunnelId: string, side: Side): void {
    const key = `${tunnelId} ${side}`;
    const pending = this.#sent.get(key)?.pending ?? [];
    if (pending.length > 0) this.#frame(tunnelId, side, 'sent', Buffer.concat(pending));
    this.#sent.delete(key);
    this.#relayed.forget(`${tunnelId} ${opposite(side)}`);
  }

  /** Ends the capture. Resolves when it is complete. */
  async close(): Promise<void> {
    if (!this.#over) {
      for (const key of [...this.#sent.keys()]) {
        const [tunnelId, side] = key.split(' ') as [string, Side];
        this.connectionEnded(tunnelId, side);
      }
    }
    if (!this.#over) this.#write({ at: this.#at(), end: true, frames: this.#frames });
    this.#over = true;
    await this.#options.sink.close();
  }

  #newStream(tunnelId: string, side: Side, key: string): SentStream {
    const reader = new FrameReader((bytes, start, end) => {
      this.#frame(tunnelId, side, 'sent', bytes.subarray(start - 2, end));
    });
    const stream: SentStream = { reader, pending: [] };
    this.#sent.set(key, stream);
    return stream;
  }

  #frame(tunnelId: string, side: Side, direction: FrameDirection, frame: Uint8Array): number {
    const relays =
      direction === 'sent' ? this.#relayed.match(`${tunnelId} ${opposite(side)}`, frame) : undefined;
    const content = relays === undefined ? describeFrame(frame, this.#payloads) : { relays };
    const number = this.#frames + 1;
    const line = { at: this.#at(), frame: number, tunnelId, side, direction, ...content };
    if (this.#write(line)) this.#frames = number;
    return number;
  }

  #concerns(tunnelId: string | undefined): boolean {
    return this.#options.tunnelId === undefined || this.#options.tunnelId === tunnelId;
  }

  #at(): number {
    return Math.round(this.#options.elapsed() - this.#startedAt);
  }

  #write(fields: object): boolean {
    if (this.#over) return false;
    const line = `${JSON.stringify(fields)}\n`;
    const { maxBytes = DEFAULT_MAX_CAPTURE_BYTES, sink, hasRoom = () => true } = this.#options;
    const length = Buffer.byteLength(line);
    const fits = this.#bytes + length + LAST_LINE_BYTES <= maxBytes && hasRoom(length);
    if (!fits && !('end' in fields)) {
      this.#over = true;
      const last = `${JSON.stringify({ at: this.#at(), truncated: true, maxBytes })}\n`;
      this.#bytes += last.length;
      sink.write(last);
      return false;
    }
    this.#bytes += length;
    sink.write(line);
    return true;
  }
}
