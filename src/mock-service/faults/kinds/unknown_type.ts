import { z } from 'zod';
import { encodeFrame, message } from '../../../protocol/index.js';
import { int32, selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const unknownType = defineFault({
  type: 'unknown_type',
  summary: 'A message of an unknown type is sent before a frame. It is marked ignorable or not (M10).',
  per: 'frame',
  attributes: z.strictObject({
    ...selection,
    type: int32.refine((type) => type < 0 || type > 7, 'must not be a known type (0-7)').default(42),
    ignorable: z.boolean().default(true),
  }),
  stage: ({ type, ignorable, ...selected }, environment) =>
    new SelectedFrames(selected, environment, (frame, passOn, { streamId }) => {
      passOn(Buffer.from(encodeFrame(message({ type, ignorable, streamId }))));
      passOn(frame);
    }),
});
