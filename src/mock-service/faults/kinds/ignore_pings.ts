import { z } from 'zod';
import { defineFault } from '../kind.js';

export const ignorePings = defineFault({
  type: 'ignore_pings',
  summary: 'Pings of the client are not answered, which is no error (W3).',
  per: 'connection',
  attributes: z.strictObject({}),
  session: (session, _attributes, { usual }) => {
    session.answerPings(false);
    return () => session.answerPings(usual.answerPings);
  },
});
