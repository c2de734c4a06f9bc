import { z } from 'zod';
import { operation } from '../operation.js';
import { MAX_TAGS, resourceArn, tags } from '../shapes.js';
import { tunnelOfArn } from '../tunnel-of-arn.js';
import { violation } from '../validation.js';

const input = z.object({ resourceArn, tags });

export const tagResource = operation('TagResource', input, (request, { registry }) => {
  const tunnel = tunnelOfArn(registry, request.resourceArn);
  const merged = new Map(tunnel.tags);
  for (const { key, value } of request.tags) merged.set(key, value);
  if (merged.size > MAX_TAGS) {
    const what = `The resource must have at most ${MAX_TAGS} tags`;
    throw violation([{ value: `${merged.size} tags`, at: 'tags', what }]);
  }
  tunnel.setTags(merged);
  return {};
});
