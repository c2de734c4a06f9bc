import { z } from 'zod';
import { MAX_SERVICE_IDS } from '../rules/index.js';
import {
  LONGEST_LIFETIME_MINUTES,
  LONGEST_NAME,
  NAME_PATTERN,
  SHORTEST_LIFETIME_MINUTES,
} from '../tunnels/index.js';
import { integer, list, text } from './validation.js';

// The shapes that several operations share, with AWS's constraints (docs/protocol.md#the-control-plane).
const TAG = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)';
export const MAX_TAGS = 200;

export const tunnelId = text({ pattern: '[a-zA-Z0-9_\\-+=:]{1,128}' });
export const thingName = text({ pattern: NAME_PATTERN, min: 1, max: LONGEST_NAME });
export const service = thingName;
export const description = text({ pattern: '[^\\p{C}]{1,2048}' });
export const nextToken = text({ pattern: '[a-zA-Z0-9_=-]{1,4096}' });
export const maxResults = integer({ min: 1, max: 100 });
export const maxLifetimeTimeoutMinutes = integer({
  min: SHORTEST_LIFETIME_MINUTES,
  max: LONGEST_LIFETIME_MINUTES,
});
export const tagKey = text({ pattern: TAG, min: 1, max: 128 });
export const tagValue = text({ pattern: TAG, min: 0, max: 256 });
export const tags = list(z.object({ key: tagKey, value: tagValue }), { min: 1, max: MAX_TAGS });
export const tagKeys = list(tagKey, { min: 0, max: MAX_TAGS });
export const resourceArn = text({ min: 1, max: 1011 });
export const destinationConfig = z.object({
  thingName: thingName.optional(),
  services: list(service, { min: 1, max: MAX_SERVICE_IDS }),
});
