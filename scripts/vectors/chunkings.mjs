// One byte stream, several ways to cut it: WebSocket messages have no relation to frames (W4).
import { encode, frame, payload, Type } from './wire.mjs';

const start = frame(encode({ type: Type.STREAM_START, streamId: 1, serviceId: 'SSH', connectionId: 1 }));
const hello = frame(
  encode({ type: Type.DATA, streamId: 1, payload: Buffer.from('hello'), serviceId: 'SSH', connectionId: 1 }),
);
const reset = frame(encode({ type: Type.STREAM_RESET, streamId: 1, serviceId: 'SSH' }));
const large = frame(encode({ type: Type.DATA, streamId: 1, payload: payload(64_512) }));

const small = [start, hello, hello, reset];
const mixed = [start, large, hello, large, reset];

/** Chunks of one length, the last one shorter. */
function every(length, total) {
  const chunks = new Array(Math.floor(total / length)).fill(length);
  return total % length > 0 ? [...chunks, total % length] : chunks;
}

function chunking(name, frames, cut) {
  const stream = Buffer.concat(frames);
  return { name, stream, frames: frames.map((bytes) => bytes.length), chunks: cut(stream.length) };
}

const first = start.length;
export const chunkings = [
  chunking('everything in one chunk', small, (total) => [total]),
  chunking('one frame a chunk', small, () => small.map((bytes) => bytes.length)),
  chunking('one byte a chunk', small, (total) => every(1, total)),
  chunking('two bytes a chunk', small, (total) => every(2, total)),
  chunking('three bytes a chunk', small, (total) => every(3, total)),
  chunking('a cut inside a length', small, (total) => [first + 1, total - first - 1]),
  chunking('a cut between length and message', small, (total) => [first + 2, total - first - 2]),
  chunking('a cut one byte before the end of a frame', small, (total) => [first - 1, total - first + 1]),
  chunking('empty chunks everywhere', small, (total) => [0, 1, 0, 0, 1, 0, total - 2, 0]),
  chunking('large frames in one chunk', mixed, (total) => [total]),
  chunking('large frames in chunks of 1460 bytes', mixed, (total) => every(1460, total)),
  chunking('large frames in chunks of 65535 bytes', mixed, (total) => every(65_535, total)),
  chunking('chunks of 131076 bytes, the largest WebSocket frame (W2)', [...mixed, ...mixed], (total) =>
    every(131_076, total),
  ),
];
