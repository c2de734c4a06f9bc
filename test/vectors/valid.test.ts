import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeFrame, FrameReader, type Message } from '../../src/protocol/index.js';
import { decodeWithReference, encodeWithReference } from '../../src/protocol/reference/index.js';
import { bytesOf, chunkings, describeMessage, sha256, valid } from '../support/vectors.js';

describe.each(valid)('$name', ({ message, frame }) => {
  const bytes = bytesOf(frame);
  const described = (value: Message) => describeMessage(value, message.payload.hex !== undefined);

  it('stands in the binary file as the JSON says', () => {
    expect(sha256(bytes)).toBe(frame.sha256);
    if (frame.hex !== undefined) expect(Buffer.from(bytes).toString('hex')).toBe(frame.hex);
    expect((bytes[0]! << 8) | bytes[1]!).toBe(bytes.length - 2);
  });

  it('means the same to ours and to protobufjs', () => {
    expect(described(decodeMessage(bytes, 2))).toEqual(message);
    expect(described(decodeWithReference(bytes.subarray(2)))).toEqual(message);
  });
});

describe('both encode', () => {
  it.each(valid.filter(({ canonical }) => canonical))('$name', ({ frame }) => {
    const bytes = bytesOf(frame);
    const value = decodeMessage(bytes, 2);
    expect(sha256(encodeFrame(value))).toBe(frame.sha256);
    expect(sha256(encodeWithReference(value))).toBe(sha256(bytes.subarray(2)));
  });
});

describe('chunkings', () => {
  it.each(chunkings)('$name', ({ stream, frames, chunks }) => {
    const bytes = bytesOf(stream);
    expect(sha256(bytes)).toBe(stream.sha256);
    const seen: string[] = [];
    const reader = new FrameReader((chunk, start, end) => seen.push(sha256(chunk.subarray(start - 2, end))));
    let at = 0;
    for (const length of chunks) {
      reader.push(bytes.subarray(at, at + length));
      at += length;
    }
    expect(at).toBe(bytes.length);
    at = 0;
    const expected = frames.map((length) => {
      at += length;
      return sha256(bytes.subarray(at - length, at));
    });
    expect(seen).toEqual(expected);
    expect(reader.pendingBytes).toBe(0);
  });
});

describe('the set', () => {
  it('has every type in every format that knows it', () => {
    const seen = new Set(valid.flatMap(({ message, formats }) => formats.map((f) => `${f} ${message.type}`)));
    const ofV1 = [1, 2, 3, 4].map((type) => `V1 ${type}`);
    const ofV2 = [1, 2, 3, 4, 5].map((type) => `V2 ${type}`);
    const ofV3 = [1, 2, 3, 4, 5, 6, 7].map((type) => `V3 ${type}`);
    expect([...seen]).toEqual(expect.arrayContaining([...ofV1, ...ofV2, ...ofV3]));
  });

  it('has a payload of every boundary length in every format', () => {
    const lengths = [0, 1, 127, 128, 16_383, 16_384, 64_512];
    for (const format of ['V1', 'V2', 'V3']) {
      const seen = valid.filter((v) => v.formats.includes(format)).map((v) => v.message.payload.length);
      expect(seen).toEqual(expect.arrayContaining(lengths));
    }
  });
});
