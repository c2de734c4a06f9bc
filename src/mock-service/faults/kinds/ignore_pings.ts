import { z } from 'zod';
import { defineFault } from '../kind.js';

export const ignorePings = defineFault({
  type: 'ignore_pings',
  summary: 'The service does not answer pings of the client. W3 allows this.',
  per: 'connection',
  attributes: z.strictObject({}),
  session: (session, _attributes, { usual }) => {
    session.answerPings(false);
    return () => session.answerPings(usual.answerPings);
  },
});
