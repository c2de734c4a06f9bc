import { selectionSchema } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const duplicateFrame = defineFault({
  type: 'duplicate_frame',
  summary: 'Each frame is sent twice.',
  per: 'frame',
  attributes: selectionSchema,
  stage: (attributes, environment) =>
    new SelectedFrames(attributes, environment, (frame, passOn) => {
      passOn(frame);
      passOn(frame);
    }),
});
