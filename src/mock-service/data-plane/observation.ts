import { decodeMessage, type Message, MessageType, type MessageTypeName } from '../../protocol/index.js';
import { ServiceError } from '../kit/index.js';
import type { Allowance } from '../rules/index.js';

/** A frame that a client sent. `frame` includes the length prefix. */
export interface ReceivedFrame {
  /** The frame's number in its session, counted from 0. */
  readonly index: number;
  readonly frame: Uint8Array;
  /** Undefined if the frame does not parse (M11). */
  readonly message: Message | undefined;
}

/** Selects frames: by fields that must be equal, or by a function of the message. */
export type FrameMatcher =
  | ((message: Message) => boolean)
  | {
      readonly type?: MessageTypeName | number;
      readonly streamId?: number;
      readonly serviceId?: string;
      readonly connectionId?: number;
    };

interface Waiter {
  readonly matches: (message: Message) => boolean;
  readonly found: (received: ReceivedFrame) => void;
  readonly failed: (error: Error) => void;
}

/**
 * The kept frames are views of read chunks. If those chunks have more bytes than this, the oldest frames are forgotten.
 */
const KEPT_BYTES = 262_144;
/** A session may always keep this many bytes. It takes more from what all sessions share, in pieces. */
const OWN_BYTES = 4096;
const PIECE_BYTES = 32_768;
const DEFAULT_TIMEOUT_MS = 5000;

/** The last frames of a client, and the callers that wait for the next ones. */
export class Observation {
  readonly #kept: number;
  /** A ring of frames in three parallel arrays. Making a view for each frame would cost more than judging it. */
  readonly #chunks: (Buffer | undefined)[];
  readonly #starts: number[];
  readonly #ends: number[];
  /** Bytes of the chunks that the ring refers to. A chunk that several frames share counts once. */
  #bytes = 0;
  /** The index of the oldest kept frame, and the number of frames so far. */
  #oldest = 0;
  #count = 0;
  /** Index of the first frame that `next` has not passed yet. */
  #cursor = 0;
  readonly #waiters: Waiter[] = [];
  readonly #keeping: Allowance;
  /** Taken from {@link #keeping}. */
  #taken = 0;

  /**
   * @param kept the largest number of frames that are kept. With 0, `next` sees only frames that come while it waits.
   * @param keeping the bytes that all sessions share
   */
  constructor(kept: number, keeping: Allowance) {
    this.#keeping = keeping;
    this.#kept = kept;
    this.#chunks = new Array<Buffer | undefined>(kept).fill(undefined);
    this.#starts = new Array<number>(kept).fill(0);
    this.#ends = new Array<number>(kept).fill(0);
  }

  /** The frames that are still kept, oldest first. */
  get received(): ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    for (let index = this.#oldest; index < this.#count; index++) {
      const at = index % this.#kept;
      frames.push(view(index, this.#chunks[at]!.subarray(this.#starts[at], this.#ends[at])));
    }
    return frames;
  }

  /** To be called when a frame has arrived. It lies in `bytes` from `start` to `end`, length prefix included. */
  record(bytes: Buffer, start: number, end: number): void {
    if (this.#kept > 0) this.#keep(bytes, start, end);
    this.#count++;
    if (this.#kept === 0) this.#oldest = this.#count;
    const waiter = this.#waiters[0];
    if (waiter !== undefined) this.#offer(waiter, bytes.subarray(start, end));
  }

  /**
   * Waits for the next frame that matches, in order. It skips other frames. The promise rejects when the session ends.
   */
  next(matcher: FrameMatcher = {}, options: { timeoutMs?: number } = {}): Promise<ReceivedFrame> {
    const matches = typeof matcher === 'function' ? matcher : byFields(matcher);
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    if (this.#waiters.length === 0) {
      const found = this.received.find(
        ({ index, message }) => index >= this.#cursor && message !== undefined && matches(message),
      );
      if (found !== undefined) {
        this.#cursor = found.index + 1;
        return Promise.resolve(found);
      }
      this.#cursor = this.#count;
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      };
      const waiter: Waiter = {
        matches,
        found: (received) => {
          leave();
          resolve(received);
        },
        failed: (error) => {
          leave();
          reject(error);
        },
      };
      // Real time, not the service's clock: the caller that waits here may have frozen that clock.
      const timer = setTimeout(() => waiter.failed(this.#timeout(matcher, timeoutMs)), timeoutMs);
      this.#waiters.push(waiter);
    });
  }

  /** To be called when the session is over. Rejects all waiting promises. */
  end(code: number): void {
    this.#keeping.giveBack(this.#taken);
    this.#taken = 0;
    const what = `The session ended (${code}) before such a frame came; ${this.#count} frames had come`;
    for (const waiter of [...this.#waiters]) waiter.failed(new ServiceError('SESSION_ENDED', what));
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    if (this.#count - this.#oldest === this.#kept) this.#letGo();
    const newest = this.#count > this.#oldest ? this.#chunks[(this.#count - 1) % this.#kept] : undefined;
    if (newest !== bytes) this.#bytes += bytes.length;
    const at = this.#count % this.#kept;
    this.#chunks[at] = bytes;
    this.#starts[at] = start;
    this.#ends[at] = end;
    while (this.#bytes > KEPT_BYTES && this.#oldest < this.#count) this.#letGo();
    while (this.#bytes > OWN_BYTES + this.#taken && !this.#takeMore()) this.#letGo();
  }

  #takeMore(): boolean {
    const more = Math.ceil((this.#bytes - OWN_BYTES - this.#taken) / PIECE_BYTES) * PIECE_BYTES;
    if (!this.#keeping.take(more)) return false;
    this.#taken += more;
    return true;
  }

  /** Forgets the oldest frame. If it was the last frame of its chunk, the chunk is not referred to any more. */
  #letGo(): void {
    const at = this.#oldest % this.#kept;
    const chunk = this.#chunks[at]!;
    this.#chunks[at] = undefined;
    this.#oldest++;
    if (this.#chunks[this.#oldest % this.#kept] !== chunk) this.#bytes -= chunk.length;
  }

  #offer(waiter: Waiter, frame: Buffer): void {
    this.#cursor = this.#count;
    const received = view(this.#count - 1, frame);
    if (received.message === undefined) return;
    let matches: boolean;
    try {
      matches = waiter.matches(received.message);
    } catch (error) {
      // The caller's function threw. That must not end the connection whose frame this is.
      waiter.failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (matches) waiter.found(received);
  }

  #timeout(matcher: FrameMatcher, timeoutMs: number): ServiceError {
    const sought = typeof matcher === 'function' ? 'the function' : JSON.stringify(matcher);
    const last = this.received.at(-1)?.message;
    const seen =
      last === undefined ? 'none is kept' : `the last had type ${last.type}, stream ${last.streamId}`;
    const what = `No frame matched ${sought} within ${timeoutMs} ms; ${this.#count} frames came, ${seen}`;
    return new ServiceError('TIMEOUT', what);
  }
}

function view(index: number, frame: Buffer): ReceivedFrame {
  try {
    return { index, frame, message: decodeMessage(frame, 2) };
  } catch {
    return { index, frame, message: undefined };
  }
}

function byFields(fields: Exclude<FrameMatcher, (message: Message) => boolean>) {
  const { type, ...ids } = fields;
  const wanted = { ...ids, ...(type !== undefined && { type: toType(type) }) };
  return (message: Message): boolean =>
    Object.entries(wanted).every(([name, value]) => message[name as keyof Message] === value);
}

function toType(type: MessageTypeName | number): number {
  return typeof type === 'number' ? type : MessageType[type];
}
