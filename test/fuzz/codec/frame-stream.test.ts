import { expect, it } from 'vitest';
import { encodeFrame, MessageType, message } from '../../../src/protocol/index.js';
import { Random } from '../random.js';
import { difference } from './compare.js';
import { FrameStream } from './frame-stream.js';

it('reader, scanner and codec agree with protobufjs on ten thousand frames of every form', () => {
  const stream = new FrameStream();
  for (let number = 0; number < 20; number++) expect(stream.run(new Random('quick', number))).toBeUndefined();
});

it('makes the same frames of the same seed, and others of another', () => {
  const numbers = (...seed: (string | number)[]) => {
    const random = new Random(...seed);
    return [random.next(), random.next(), random.next()];
  };
  expect(numbers('a', 1)).toEqual(numbers('a', 1));
  expect(numbers('a', 1)).not.toEqual(numbers('a', 2));
});

it('asks protobufjs about the very bytes that the scanner was given', () => {
  const bytes = encodeFrame(message({ type: MessageType.DATA, streamId: 1, payload: Buffer.from('hello') }));
  expect(difference(bytes, 2, bytes.length, true)).toBeUndefined();
  expect(difference(bytes, 2, bytes.length - 1, true)).toBeUndefined(); // both refuse
});
