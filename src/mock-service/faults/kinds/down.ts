import { z } from 'zod';
import { after } from '../after.js';
import { defineFault } from '../kind.js';

export const down = defineFault({
  type: 'down',
  summary: 'Connections are dropped. Handshakes get no answer: TCP is ended.',
  per: 'connection',
  attributes: z.strictObject({}),
  handshake: () => ({ drop: 'after-request' }),
  session: (session, _attributes, { clock }) => after(clock, 0, () => session.drop()),
});
