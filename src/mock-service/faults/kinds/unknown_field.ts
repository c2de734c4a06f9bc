import { z } from 'zod';
import { LENGTH_PREFIX_BYTES, MAX_MESSAGE_BYTES } from '../../../protocol/index.js';
import { selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const unknownField = defineFault({
  type: 'unknown_field',
  summary: 'Messages carry a field that the schema does not have. Protobuf skips it.',
  per: 'frame',
  attributes: z.strictObject({
    ...selection,
    number: z
      .int()
      .min(8, 'must not be a field of the schema (1-7)')
      .max(2 ** 29 - 1)
      .default(100),
  }),
  stage: ({ number, ...selected }, environment) =>
    new SelectedFrames(selected, environment, (frame, passOn) => {
      const longer = Buffer.concat([frame, varint(number * 8), Buffer.from([1])]); // wire type 0, value 1
      const length = longer.length - LENGTH_PREFIX_BYTES;
      if (length > MAX_MESSAGE_BYTES) {
        passOn(frame);
        return;
      }
      longer.writeUInt16BE(length, 0);
      passOn(longer);
    }),
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
