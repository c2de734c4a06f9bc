import { setImmediate } from 'node:timers/promises';
import type { Report } from '../finding.js';
import type { Outcome, Part, PartOptions } from '../part.js';
import { Random } from '../random.js';
import { difference } from './compare.js';
import { type Difference, FRAMES_IN_A_STREAM, FrameStream } from './frame-stream.js';

/** Reader, scanner and codec against protobufjs, in this process. */
export const codec: Part = { name: 'codec', run };

async function run({ seed, until, path }: PartOptions): Promise<Outcome> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // protobufjs throws for each body that it refuses, and nobody reads the traces
  try {
    const stream = new FrameStream();
    let count = 0;
    for (let number = Number(path ?? 0); performance.now() < until; number++) {
      const found = stream.run(new Random(seed, 'codec', number));
      count += FRAMES_IN_A_STREAM;
      if (found !== undefined) return { count, unit: 'frames', report: report(found, number) };
      if (number % 64 === 0) await setImmediate();
    }
    return { count, unit: 'frames' };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function report({ what, body }: Difference, number: number): Report {
  return { what, input: Buffer.from(smallest(body)).toString('hex'), again: `--path ${number}` };
}

/** Leaves out of a body what it does not take for scanner and protobufjs to differ: large pieces first, then smaller ones. */
function smallest(body: Uint8Array): Uint8Array {
  const differs = (bytes: Uint8Array) => difference(bytes, 0, bytes.length, true) !== undefined;
  let best = body;
  if (!differs(best)) return best; // it was the reader
  for (let size = Math.ceil(body.length / 2); size > 0; size = size > 64 ? size >> 1 : size - 1) {
    for (let at = 0; at < best.length; ) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (differs(shorter)) best = shorter;
      else at++;
    }
  }
  return best;
}
