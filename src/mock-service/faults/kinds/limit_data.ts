import { z } from 'zod';
import { count } from '../attributes.js';
import { defineFault } from '../kind.js';
import { addWireStage } from '../wire-chain.js';

export const limitData = defineFault({
  type: 'limit_data',
  summary: 'After so many bytes of the connection TCP is ended, in the middle of a frame if need be.',
  per: 'connection',
  attributes: z.strictObject({ bytes: count }),
  session: (session, { bytes: limit }) => {
    let left = limit;
    return addWireStage(session, {
      write: (bytes, next) => {
        if (left > 0) next(bytes.subarray(0, left));
        left -= bytes.length;
        // What was written above is on its way before the end of TCP is.
        if (left <= 0) session.endTcp();
      },
      flush: () => {},
    });
  },
});
