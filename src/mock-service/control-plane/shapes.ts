import { z } from 'zod';
import { integer, list, text } from './validation.js';

/** The shapes that several operations share, with AWS's constraints (docs/protocol.md#the-control-plane). */
const NAME = '[a-zA-Z0-9:_-]+';
const TAG = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)';
export const MAX_TAGS = 200;

export const tunnelId = text({ pattern: '[a-zA-Z0-9_\\-+=:]{1,128}' });
export const thingName = text({ pattern: NAME, min: 1, max: 128 });
export const service = text({ pattern: NAME, min: 1, max: 128 });
export const description = text({ pattern: '[^\\p{C}]{1,2048}' });
export const nextToken = text({ pattern: '[a-zA-Z0-9_=-]{1,4096}' });
export const maxResults = integer({ min: 1, max: 100 });
export const maxLifetimeTimeoutMinutes = integer({ min: 1, max: 720 });
export const tagKey = text({ pattern: TAG, min: 1, max: 128 });
export const tagValue = text({ pattern: TAG, min: 0, max: 256 });
export const tags = list(z.object({ key: tagKey, value: tagValue }), { min: 1, max: MAX_TAGS });
export const tagKeys = list(tagKey, { min: 0, max: MAX_TAGS });
export const resourceArn = text({ min: 1, max: 1011 });
export const destinationConfig = z.object({
  thingName: thingName.optional(),
  services: list(service, { min: 1 }),
});
