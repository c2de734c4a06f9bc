import { z } from 'zod';
import { MAX_PAYLOAD_BYTES } from '../../../protocol/index.js';
import { atLeastOne, selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const corruptPayload = defineFault({
  type: 'corrupt_payload',
  summary: 'Bytes of the payload are changed, at random places. The message still parses.',
  per: 'frame',
  attributes: z.strictObject({ ...selection, bytes: atLeastOne.max(MAX_PAYLOAD_BYTES).default(1) }),
  stage: ({ bytes, ...selected }, environment) =>
    new SelectedFrames(selected, environment, (frame, passOn, { payloadStart, payloadLength }) => {
      const corrupt = Buffer.from(frame);
      for (let i = 0; i < bytes && payloadLength > 0; i++) {
        const at = payloadStart + Math.floor(environment.random() * payloadLength);
        corrupt[at] = corrupt[at]! ^ (1 + Math.floor(environment.random() * 255));
      }
      passOn(corrupt);
    }),
});
