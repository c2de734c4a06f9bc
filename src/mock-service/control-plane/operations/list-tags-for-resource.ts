import { z } from 'zod';
import { operation } from '../operation.js';
import { resourceArn } from '../shapes.js';
import { tagList } from '../tunnel-json.js';
import { tunnelOfArn } from '../tunnel-of-arn.js';

const input = z.object({ resourceArn });

export const listTagsForResource = operation('ListTagsForResource', input, (request, { registry }) => ({
  tags: tagList(tunnelOfArn(registry, request.resourceArn).tags),
}));
