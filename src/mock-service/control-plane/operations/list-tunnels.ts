import { z } from 'zod';
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
  const rest = registry
    .list()
    .filter((tunnel) => tunnel.sequence < before && (wanted === undefined || tunnel.thingName === wanted));
  const page = rest.slice(0, request.maxResults ?? DEFAULT_PAGE);
  const last = page.at(-1);
  return {
    tunnelSummaries: page.map(summaryOf),
    ...(last !== undefined &&
      rest.length > page.length && {
        nextToken: encodePageToken({ sequence: last.sequence, thingName: wanted }),
      }),
  };
});
