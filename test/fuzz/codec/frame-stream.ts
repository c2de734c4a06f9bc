import { FrameReader } from '../../../src/protocol/index.js';
import type { Random } from '../random.js';
import { difference } from './compare.js';
import { LONGEST_BODY, MessageMaker } from './message-maker.js';

export const FRAMES_IN_A_STREAM = 512;
/** One in so many frames is decoded and encoded again, which costs more than to scan it. */
const THOROUGH_ONE_IN = 16;

export interface Difference {
  readonly what: string;
  readonly body: Uint8Array;
}

/**
 * A stream of frames, cut into chunks at random. The reader has to hand over each frame as it was written, and scanner, codec
 * and protobufjs have to read the same from each.
 */
export class FrameStream {
  readonly #buffer = new Uint8Array(FRAMES_IN_A_STREAM * (LONGEST_BODY + 2));
  readonly #starts = new Uint32Array(FRAMES_IN_A_STREAM + 1);

  /** Writes and reads one stream. */
  run(random: Random): Difference | undefined {
    const end = this.#write(random);
    let found: Difference | undefined;
    let next = 0;
    const reader = new FrameReader((bytes, from, to) => {
      if (found !== undefined) return;
      const start = this.#starts[next]! + 2;
      const body = this.#buffer.subarray(start, this.#starts[++next]);
      const same =
        bytes.buffer === this.#buffer.buffer ? bytes.byteOffset + from === start : isCopy(bytes, from, body);
      const what =
        to - from !== body.length || !same
          ? `the reader hands over other bytes than frame ${next}`
          : difference(bytes, from, to, next % THOROUGH_ONE_IN === 0);
      if (what !== undefined) found = { what, body: body.slice() };
    });
    this.#push(random, reader, end);
    if (found === undefined && (next !== FRAMES_IN_A_STREAM || reader.pendingBytes !== 0)) {
      found = {
        what: `the reader hands over ${next} of ${FRAMES_IN_A_STREAM} frames`,
        body: new Uint8Array(),
      };
    }
    return found;
  }

  #write(random: Random): number {
    const maker = new MessageMaker(random);
    let at = 0;
    for (let i = 0; i < FRAMES_IN_A_STREAM; i++) {
      this.#starts[i] = at;
      const end = maker.write(this.#buffer, at + 2);
      const length = end - at - 2;
      this.#buffer[at] = length >>> 8;
      this.#buffer[at + 1] = length;
      at = end;
    }
    this.#starts[FRAMES_IN_A_STREAM] = at;
    return at;
  }

  #push(random: Random, reader: FrameReader, end: number): void {
    const longest = random.pick([3, 40, 400, 4000, 100_000]);
    for (let at = 0; at < end; ) {
      const chunk = Math.min(end - at, random.below(longest + 1));
      reader.push(this.#buffer.subarray(at, at + chunk));
      at += chunk;
    }
  }
}

function isCopy(bytes: Uint8Array, from: number, body: Uint8Array): boolean {
  for (let i = 0; i < body.length; i++) if (bytes[from + i] !== body[i]) return false;
  return true;
}
