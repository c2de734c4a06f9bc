import { encodeFrame, FrameReader, MessageScanner } from '../../src/protocol/index.js';
import type { BenchCase, Sampler } from '../harness/bench.js';
import { cpuNsPerTurn } from '../harness/cpu.js';
import { protobufjsStatic } from './codecs.js';
import { sampleMessage } from './messages.js';

/** A usual size of a read from the kernel. It is not a multiple of the frames' sizes. */
const CHUNK_BYTES = 65_536;

/** A byte stream of whole frames, in chunks that may end inside a frame. */
function streamOf(payload: number, frames: number): Uint8Array[] {
  const frame = encodeFrame(sampleMessage(payload));
  const stream = Buffer.alloc(frame.length * frames);
  for (let i = 0; i < frames; i++) stream.set(frame, i * frame.length);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) chunks.push(stream.subarray(at, at + CHUNK_BYTES));
  return chunks;
}

/**
 * Reads the stream repeatedly. `prepare` makes a function that takes a chunk and returns how many messages it
 * completed.
 */
function reading(payload: number, frames: number, passes: number, prepare: () => TakeChunk): Sampler {
  return (scale) => {
    const chunks = streamOf(payload, frames);
    const take = prepare();
    let messages = 0;
    let turns = 0;
    const cpuNs = cpuNsPerTurn(Math.ceil(passes * scale), () => {
      turns++;
      for (const chunk of chunks) messages += take(chunk);
    });
    if (messages !== turns * frames) throw new Error(`${messages} messages read of ${turns * frames}`);
    return { cpuNsPerMessage: cpuNs / frames };
  };
}

type TakeChunk = (chunk: Uint8Array) => number;

function ours(): TakeChunk {
  const scanner = new MessageScanner();
  let count = 0;
  const reader = new FrameReader((bytes, start, end) => {
    if (scanner.scan(bytes, start, end)) count++;
  });
  return (chunk) => {
    count = 0;
    reader.push(chunk);
    return count;
  };
}

/** Reads as examples on the web do: it gathers bytes in one buffer, cuts frames off its beginning, and decodes each. */
function gatherAndDecode(): TakeChunk {
  const { decode } = protobufjsStatic();
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    let count = 0;
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      decode(pending.subarray(2, end));
      pending = pending.subarray(end);
      count++;
    }
    return count;
  };
}

function framingCase(size: string, payload: number, frames: number, passes: number): BenchCase {
  return {
    name: `read a stream of ${size} frames`,
    contenders: {
      'ours, scan in place': reading(payload, frames, passes, ours),
      'concat, protobufjs static': reading(payload, frames, passes, gatherAndDecode),
    },
    comparisons: [
      { metric: 'cpuNsPerMessage', of: 'ours, scan in place', against: 'concat, protobufjs static' },
    ],
  };
}

export const framings: readonly BenchCase[] = [
  framingCase('200 B', 200, 2000, 500),
  framingCase('64 KB', 64_512, 40, 500),
];
