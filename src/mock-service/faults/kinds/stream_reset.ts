import { z } from 'zod';
import { encodeFrameIfItFits, LENGTH_PREFIX_BYTES, MessageType, message } from '../../../protocol/index.js';
import { count, selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const streamReset = defineFault({
  type: 'stream_reset',
  summary:
    'After a frame, STREAM_RESET for its stream is sent. That stream ends, and others go on (S11, S14).',
  per: 'frame',
  attributes: z.strictObject({ ...selection, limit: count.default(1) }),
  stage: (attributes, environment) =>
    new SelectedFrames(attributes, environment, (frame, passOn, scanner) => {
      const { streamId } = scanner;
      scanner.scan(frame, LENGTH_PREFIX_BYTES, frame.length);
      const serviceId = scanner.serviceId();
      passOn(frame);
      const reset = encodeFrameIfItFits(message({ type: MessageType.STREAM_RESET, streamId, serviceId }));
      if (reset !== undefined) passOn(Buffer.from(reset));
    }),
});
