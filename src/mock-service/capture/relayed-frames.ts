interface Remembered {
  readonly number: number;
  readonly frame: Buffer;
}

/** How many frames are remembered. A frame that was not relayed before so many later ones was dropped or changed. */
const REMEMBERED_FRAMES = 64;
const REMEMBERED_BYTES = 1024 * 1024;

/**
 * Received frames that may be relayed. When one is sent, the capture writes its number instead of the same bytes again.
 */
export class RelayedFrames {
  readonly #queues = new Map<string, { frames: Remembered[]; bytes: number }>();

  remember(key: string, number: number, frame: Uint8Array): void {
    const queue = this.#queues.get(key) ?? { frames: [], bytes: 0 };
    this.#queues.set(key, queue);
    queue.frames.push({ number, frame: Buffer.from(frame) });
    queue.bytes += frame.length;
    while (queue.frames.length > REMEMBERED_FRAMES || queue.bytes > REMEMBERED_BYTES) {
      queue.bytes -= queue.frames.shift()!.frame.length;
    }
  }

  /** The number of the oldest remembered frame with these bytes. The frame is then forgotten. */
  match(key: string, frame: Uint8Array): number | undefined {
    const queue = this.#queues.get(key);
    const at = queue?.frames.findIndex((candidate) => candidate.frame.equals(frame)) ?? -1;
    if (queue === undefined || at < 0) return undefined;
    const [found] = queue.frames.splice(at, 1);
    queue.bytes -= found!.frame.length;
    return found!.number;
  }

  forget(key: string): void {
    this.#queues.delete(key);
  }
}
