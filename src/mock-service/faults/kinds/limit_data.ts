import { z } from 'zod';
import type { Stage } from '../../data-plane/index.js';
import { count } from '../attributes.js';
import { defineFault } from '../kind.js';

export const limitData = defineFault({
  type: 'limit_data',
  summary: 'TCP is ended after this many bytes of the connection, even in the middle of a frame.',
  per: 'connection',
  attributes: z.strictObject({ bytes: count }),
  stage: ({ bytes: limit }, _environment, session) => {
    let left = limit;
    return {
      place: 'wire',
      heldBytes: 0,
      frame: (bytes, passOn) => {
        if (left > 0) passOn(bytes.subarray(0, left));
        left -= bytes.length;
        // The bytes that were passed on above are sent before the end of TCP.
        if (left <= 0) session.endTcp();
      },
      flush: () => {},
      discard: () => {},
    } satisfies Stage;
  },
});
