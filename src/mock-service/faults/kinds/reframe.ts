import { z } from 'zod';
import { MAX_WEBSOCKET_FRAME_BYTES } from '../../../protocol/index.js';
import { atLeastOne } from '../attributes.js';
import { defineFault } from '../kind.js';

const size = atLeastOne.max(MAX_WEBSOCKET_FRAME_BYTES);

export const reframe = defineFault({
  type: 'reframe',
  summary: 'Tunnel frames are laid out in WebSocket messages another way: merged, split, one each (W4).',
  per: 'connection',
  attributes: z.union([
    z.strictObject({ mode: z.enum(['as-sent', 'merge', 'one-per-message']) }),
    z.strictObject({ mode: z.literal('split'), sizes: z.array(size).min(1) }),
    z.strictObject({
      mode: z.literal('split'),
      maxBytes: size,
      seed: z.union([z.string(), z.number()]).default(1),
    }),
  ]),
  session: (session, attributes, { usual }) => {
    session.setReframing(attributes);
    return () => session.setReframing(usual.reframing);
  },
});
