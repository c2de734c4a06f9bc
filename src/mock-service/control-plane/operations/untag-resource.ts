import { z } from 'zod';
import { operation } from '../operation.js';
import { resourceArn, tagKeys } from '../shapes.js';
import { tunnelOfArn } from '../tunnel-of-arn.js';

const input = z.object({ resourceArn, tagKeys });

export const untagResource = operation('UntagResource', input, (request, { registry }) => {
  const tunnel = tunnelOfArn(registry, request.resourceArn);
  const tags = new Map(tunnel.tags);
  for (const key of request.tagKeys) tags.delete(key);
  tunnel.setTags(tags);
  return {};
});
