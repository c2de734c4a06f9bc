import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteQueue } from '../../src/recordings/replay/byte-queue.js';

it('gives what was put in, in order, however it is cut', () => {
  const step = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = new ByteQueue();
      let expected = Buffer.alloc(0);
      for (const each of steps) {
        if (typeof each !== 'number') {
          queue.push(each);
          expected = Buffer.concat([expected, each]);
          continue;
        }
        expect(queue.take(each)).toEqual(expected.subarray(0, each));
        expected = expected.subarray(each);
      }
      expect(queue.length).toBe(expected.length);
    }),
  );
});
