import { z } from 'zod';
import { MAX_FRAME_BYTES } from '../../../protocol/index.js';
import { atLeastOne, selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const truncateFrame = defineFault({
  type: 'truncate_frame',
  summary: 'The last bytes of a frame are missing, although its length announces them.',
  per: 'frame',
  attributes: z.strictObject({ ...selection, bytes: atLeastOne.max(MAX_FRAME_BYTES).default(1) }),
  stage: ({ bytes, ...selected }, environment) =>
    new SelectedFrames(selected, environment, (frame, passOn) => {
      const rest = frame.subarray(0, Math.max(0, frame.length - bytes));
      if (rest.length > 0) passOn(rest);
    }),
});
