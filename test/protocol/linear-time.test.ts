import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrames, FrameReader, message } from '../../src/protocol/index.js';

// Time is not measured: what would make it more than linear is copying bytes twice or holding on to them.
const typedArray: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype);

afterEach(() => vi.restoreAllMocks());

function chunksOf(bytes: Uint8Array, length: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) chunks.push(bytes.subarray(at, at + length));
  return chunks;
}

describe('FrameReader copies each byte at most once and holds at most one frame', () => {
  const payload = new Uint8Array(64_512).fill(7);
  const small = Array.from({ length: 2000 }, (_, i) => message({ type: 1, streamId: i + 1 }));
  const large = Array.from({ length: 8 }, () => message({ type: 1, streamId: 1, payload }));
  const streams: [string, Uint8Array][] = [
    ['small frames', encodeFrames(small)],
    ['large frames', encodeFrames(large)],
    ['both', encodeFrames([...small, ...large, ...small])],
  ];
  const cases = streams.flatMap(([name, bytes]) =>
    [1, 2, 3, 7, 1460, 65_535, 131_076, bytes.length].map((length) => ({ name, bytes, length })),
  );

  it.each(cases)('$name in chunks of $length bytes', ({ bytes, length }) => {
    let copied = 0;
    let held = 0;
    const chunks = chunksOf(bytes, length);
    const reader = new FrameReader(() => {});
    const set = typedArray.set;
    vi.spyOn(typedArray, 'set').mockImplementation(function (this: Uint8Array, source, offset) {
      copied += source.length;
      set.call(this, source, offset);
    });
    for (const chunk of chunks) {
      reader.push(chunk);
      held = Math.max(held, reader.pendingBytes);
    }
    vi.restoreAllMocks();
    expect(reader.pendingBytes).toBe(0);
    expect(copied).toBeLessThanOrEqual(bytes.length);
    expect(held).toBeLessThan(2 + 65_535);
  });

  it('copies nothing where frames lie whole in their chunk', () => {
    const spy = vi.spyOn(typedArray, 'set');
    new FrameReader(() => {}).push(streams[2]![1]);
    expect(spy).not.toHaveBeenCalled();
  });
});
