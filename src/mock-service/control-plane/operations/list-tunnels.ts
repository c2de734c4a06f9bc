import { z } from 'zod';
import type { Tunnel } from '../../tunnels/index.js';
import { operation } from '../operation.js';
import { decodePageToken, encodePageToken } from '../page-token.js';
import { maxResults, nextToken, thingName } from '../shapes.js';
import { summaryOf } from '../tunnel-json.js';

/** AWS documents no default, only a maximum of 100. */
const DEFAULT_PAGE = 100;

const input = z.object({
  thingName: thingName.optional(),
  maxResults: maxResults.optional(),
  nextToken: nextToken.optional(),
});

export const listTunnels = operation('ListTunnels', input, (request, { registry }) => {
  const { thingName: wanted, nextToken: token } = request;
  // The token names a position, so pages neither repeat nor skip tunnels if some are opened or deleted in between.
  const before = token === undefined ? Number.POSITIVE_INFINITY : decodePageToken(token, wanted);
  const size = request.maxResults ?? DEFAULT_PAGE;
  const page: Tunnel[] = [];
  let isMore = false;
  for (const tunnel of registry.newest(before, wanted)) {
    isMore = page.length === size;
    if (isMore) break;
    page.push(tunnel);
  }
  const last = page.at(-1);
  return {
    tunnelSummaries: page.map(summaryOf),
    ...(last !== undefined &&
      isMore && {
        nextToken: encodePageToken({ sequence: last.sequence, thingName: wanted }),
      }),
  };
});
