import { z } from 'zod';
import { selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const corruptLength = defineFault({
  type: 'corrupt_length',
  summary:
    'The length before the message is wrong by delta. So the client finds wrong frame boundaries afterwards.',
  per: 'frame',
  attributes: z.strictObject({
    ...selection,
    delta: z
      .int()
      .min(-65_535)
      .max(65_535)
      .refine((delta) => delta !== 0, 'must not be 0')
      .default(1),
  }),
  stage: ({ delta, ...selected }, environment) =>
    new SelectedFrames(selected, environment, (frame, passOn) => {
      const corrupt = Buffer.from(frame);
      corrupt.writeUInt16BE((frame.readUInt16BE(0) + delta) & 0xffff, 0);
      passOn(corrupt);
    }),
});
