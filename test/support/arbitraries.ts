import fc from 'fast-check';
import { type Message, message } from '../../src/protocol/index.js';

/** Ids at their extremes more often than chance would bring them. */
const int32 = fc.oneof(fc.constantFrom(0, 1, 127, 128, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
const uint32 = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), fc.nat({ max: 2 ** 32 - 1 }));
const text = fc.oneof(fc.constantFrom('', 'SSH', 'é', '漢字', '😀'), fc.string({ unit: 'grapheme' }));

/** Any message that has an encoding, sensible or not. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    type: int32,
    streamId: int32,
    ignorable: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 300 }),
    serviceId: text,
    availableServiceIds: fc.array(text, { maxLength: 4 }),
    connectionId: uint32,
  })
  .map(message);

/** Cuts bytes at random places: one byte at a time up to everything at once, empty chunks included. */
export function anyChunking(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc
    .array(fc.oneof(fc.constant(1), fc.nat({ max: 7 }), fc.nat({ max: Math.max(1, bytes.length) })), {
      minLength: 1,
      maxLength: 60,
    })
    .map((sizes) => {
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(at, at + size));
        at = Math.min(bytes.length, at + size);
      }
      if (at < bytes.length) chunks.push(bytes.subarray(at));
      return chunks;
    });
}
