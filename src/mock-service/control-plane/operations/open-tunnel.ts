import { z } from 'zod';
import { operation } from '../operation.js';
import { description, destinationConfig, maxLifetimeTimeoutMinutes, tags } from '../shapes.js';

const input = z.object({
  description: description.optional(),
  tags: tags.optional(),
  destinationConfig: destinationConfig.optional(),
  timeoutConfig: z.object({ maxLifetimeTimeoutMinutes: maxLifetimeTimeoutMinutes.optional() }).optional(),
});

export const openTunnel = operation('OpenTunnel', input, (request, { actions, region }) => {
  const { tunnel, sourceAccessToken, destinationAccessToken } = actions.open({
    region,
    description: request.description,
    services: request.destinationConfig?.services,
    thingName: request.destinationConfig?.thingName,
    maxLifetimeMinutes: request.timeoutConfig?.maxLifetimeTimeoutMinutes,
    tags: request.tags && new Map(request.tags.map(({ key, value }) => [key, value])),
  });
  return { tunnelId: tunnel.id, tunnelArn: tunnel.arn, sourceAccessToken, destinationAccessToken };
});
