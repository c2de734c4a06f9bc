import { z } from 'zod';
import { decodeMessage, encodeFrameIfItFits, LENGTH_PREFIX_BYTES } from '../../../protocol/index.js';
import { int32, selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const staleStreamId = defineFault({
  type: 'stale_stream_id',
  summary:
    'A copy with another stream id is sent before a frame, or instead of it. The client must drop it (S7).',
  per: 'frame',
  attributes: z.strictObject({
    ...selection,
    /** The stream id of the copy. Default: the frame's own plus one. */
    streamId: int32.optional(),
    mode: z.enum(['insert', 'replace']).default('insert'),
  }),
  stage: ({ streamId, mode, ...selected }, environment) =>
    new SelectedFrames(selected, environment, (frame, passOn) => {
      const message = decodeMessage(frame, LENGTH_PREFIX_BYTES);
      const stale = streamId ?? ((message.streamId + 1) | 0 || 1); // 0 would break M2
      const copy = encodeFrameIfItFits({ ...message, streamId: stale });
      if (copy !== undefined) passOn(Buffer.from(copy));
      if (copy === undefined || mode === 'insert') passOn(frame);
    }),
});
