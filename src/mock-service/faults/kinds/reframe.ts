import { reframingSchema, settleReframing } from '../../data-plane/index.js';
import { defineFault } from '../kind.js';

const DEFAULT_SEED = 1;

export const reframe = defineFault({
  type: 'reframe',
  summary:
    'Tunnel frames are divided into WebSocket messages in another way: merged, split, or one each (W4).',
  per: 'connection',
  attributes: reframingSchema.transform((reframing) => settleReframing(reframing, DEFAULT_SEED)),
  session: (session, attributes, { usual }) => {
    session.setReframing(attributes);
    return () => session.setReframing(usual.reframing);
  },
});
