import { selectionSchema } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const dropFrame = defineFault({
  type: 'drop_frame',
  summary: 'Frames are lost.',
  per: 'frame',
  attributes: selectionSchema,
  stage: (attributes, environment) => new SelectedFrames(attributes, environment, () => {}),
});
