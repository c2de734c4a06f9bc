import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeData, encodeFrame, encodeFrames, FrameReader, message } from '../../src/protocol/index.js';
import { anyChunking, anyMessage } from '../support/arbitraries.js';

function collector() {
  const frames: string[] = [];
  const reader = new FrameReader((bytes, start, end) => {
    frames.push(Buffer.from(bytes.subarray(start - 2, end)).toString('hex'));
  });
  return { frames, reader };
}

describe('FrameReader', () => {
  it('gives the same frames whatever the chunks', () => {
    const input = fc
      .array(anyMessage, { maxLength: 8 })
      .chain((messages) => fc.tuple(fc.constant(messages), anyChunking(encodeFrames(messages))));
    fc.assert(
      fc.property(input, ([messages, chunks]) => {
        const { frames, reader } = collector();
        for (const chunk of chunks) reader.push(chunk);
        expect(frames).toEqual(messages.map((value) => Buffer.from(encodeFrame(value)).toString('hex')));
        expect(reader.pendingBytes).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('hands over a whole frame in place and copies only one that is cut', () => {
    const seen: Uint8Array[] = [];
    const reader = new FrameReader((bytes) => seen.push(bytes));
    const chunk = encodeFrames([message({ type: 1 }), message({ type: 2 })]);
    reader.push(chunk);
    reader.push(chunk.subarray(0, 3));
    reader.push(chunk.subarray(3));
    expect(seen.map((bytes) => bytes.buffer === chunk.buffer)).toEqual([true, true, false, true]);
  });

  it('says what it holds, and forgets it on reset', () => {
    const { frames, reader } = collector();
    const frame = encodeFrame(message({ type: 1, streamId: 7 }));
    reader.push(frame.subarray(0, 1));
    expect(reader.pendingBytes).toBe(1);
    reader.push(frame.subarray(1, 4));
    expect(reader.pendingBytes).toBe(4);
    reader.reset();
    reader.push(frame);
    expect(frames).toHaveLength(1);
  });
});

describe('encodeData', () => {
  it('cuts at the largest payload (M3) and loses nothing', () => {
    const payload = new Uint8Array(64_512 * 2 + 1).map((_, i) => i % 251);
    const sizes: number[] = [];
    const reader = new FrameReader((_bytes, start, end) => sizes.push(end - start));
    reader.push(encodeData({ streamId: 1 }, payload));
    expect(sizes).toEqual([64_520, 64_520, 7]);
    expect(encodeData({ streamId: 1 }, new Uint8Array(0))).toHaveLength(0);
  });
});

it('hands over no frame after it was told to stop, and takes the rest when asked again', () => {
  const seen: number[] = [];
  const reader = new FrameReader((bytes, start) => {
    seen.push(bytes[start]!);
    if (seen.length % 2 === 0) reader.stop();
  });
  const bytes = Uint8Array.from([0, 1, 1, 0, 1, 2, 0, 1, 3, 0]);
  expect(reader.push(bytes)).toBe(6);
  expect(seen).toEqual([1, 2]);
  expect(reader.push(bytes.subarray(6))).toBe(4);
  expect(reader.push(Uint8Array.from([1, 4, 0, 1, 5]))).toBe(2);
  expect(seen).toEqual([1, 2, 3, 4]);
});
