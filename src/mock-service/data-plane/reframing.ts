import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';
import { type NumberSource, seededNumbers } from '../kit/index.js';
import type { Reframing } from './reframing-schema.js';

/** Sends one WebSocket message whose payload lies in `parts`. */
export type SendMessage = (parts: readonly Buffer[], length: number) => void;

/** Divides whole frames into messages. */
export interface Reframer {
  /** Takes frames. `cuts` are the offsets in `frames` at which the sender ended a message. */
  frames(frames: Buffer, cuts: readonly number[]): void;
  /** To be called when the sender's message has ended. */
  boundary(): void;
  /** Sends the gathered bytes. */
  flush(): void;
  /** How many bytes are gathered and not sent yet. */
  readonly pendingBytes: number;
}

/** @param later runs a callback after all bytes that are ready now have been read. */
export function createReframer(
  reframing: Reframing,
  send: SendMessage,
  later: (run: () => void) => void,
): Reframer {
  switch (reframing.mode) {
    case 'as-sent':
      return new AsSent(send);
    case 'one-per-message':
      return new OnePerMessage(send);
    case 'merge':
      return new Merge(send, later);
    case 'split':
      return new Split(send, later, sizesOf(reframing));
  }
}

function sizesOf(reframing: Extract<Reframing, { mode: 'split' }>): NumberSource {
  if ('sizes' in reframing) {
    let next = 0;
    return () => reframing.sizes[next++ % reframing.sizes.length]!;
  }
  const random = seededNumbers(reframing.seed);
  return () => 1 + Math.floor(random() * reframing.maxBytes);
}

/** Gathers the parts of the next message. */
class Gathered {
  parts: Buffer[] = [];
  pendingBytes = 0;
  readonly #send: SendMessage;

  constructor(send: SendMessage) {
    this.#send = send;
  }

  /** Adds bytes. If the message would become longer than a WebSocket frame may be (W2), they go into the next message. */
  protected add(bytes: Buffer): void {
    let rest = bytes;
    if (this.pendingBytes + rest.length > MAX_WEBSOCKET_FRAME_BYTES && this.pendingBytes > 0) this.send();
    while (rest.length > MAX_WEBSOCKET_FRAME_BYTES) {
      this.#send([rest.subarray(0, MAX_WEBSOCKET_FRAME_BYTES)], MAX_WEBSOCKET_FRAME_BYTES);
      rest = rest.subarray(MAX_WEBSOCKET_FRAME_BYTES);
    }
    if (rest.length === 0) return;
    this.parts.push(rest);
    this.pendingBytes += rest.length;
  }

  protected send(): void {
    const { parts, pendingBytes } = this;
    this.parts = [];
    this.pendingBytes = 0;
    this.#send(parts, pendingBytes);
  }

  flush(): void {
    if (this.pendingBytes > 0) this.send();
  }
}

class AsSent extends Gathered implements Reframer {
  frames(frames: Buffer, cuts: readonly number[]): void {
    let from = 0;
    for (const cut of cuts) {
      this.add(frames.subarray(from, cut));
      this.send();
      from = cut;
    }
    this.add(from === 0 ? frames : frames.subarray(from));
  }

  boundary(): void {
    this.send();
  }
}

class OnePerMessage extends Gathered implements Reframer {
  frames(frames: Buffer): void {
    forEachFrame(frames, (frame) => {
      this.add(frame);
      this.send();
    });
  }

  boundary(): void {}
}

class Merge extends Gathered implements Reframer {
  readonly #later: (run: () => void) => void;
  #scheduled = false;

  constructor(send: SendMessage, later: (run: () => void) => void) {
    super(send);
    this.#later = later;
  }

  frames(frames: Buffer): void {
    if (this.pendingBytes + frames.length <= MAX_WEBSOCKET_FRAME_BYTES) this.add(frames);
    else forEachFrame(frames, (frame) => this.add(frame));
    this.scheduleFlush();
  }

  boundary(): void {}

  protected scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => {
      this.#scheduled = false;
      this.flush();
    });
  }
}

class Split extends Merge {
  readonly #sizes: NumberSource;
  #room: number;

  constructor(send: SendMessage, later: (run: () => void) => void, sizes: NumberSource) {
    super(send, later);
    this.#sizes = sizes;
    this.#room = sizes();
  }

  override frames(frames: Buffer): void {
    let rest = frames;
    while (rest.length >= this.#room) {
      this.add(rest.subarray(0, this.#room));
      rest = rest.subarray(this.#room);
      this.send();
    }
    this.add(rest);
    this.#room -= rest.length;
    this.scheduleFlush();
  }

  protected override send(): void {
    super.send();
    this.#room = this.#sizes();
  }
}

/** Calls `visit` for each of the whole frames that lie back to back in `frames`. */
export function forEachFrame(frames: Buffer, visit: (frame: Buffer) => void): void {
  for (let at = 0; at < frames.length; ) {
    const end = at + 2 + ((frames[at]! << 8) | frames[at + 1]!);
    visit(frames.subarray(at, end));
    at = end;
  }
}
