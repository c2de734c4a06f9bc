import { z } from 'zod';
import { type OperationContext, operation } from '../operation.js';
import { description, destinationConfig, maxLifetimeTimeoutMinutes, tags } from '../shapes.js';
import { writeWithTokens } from '../write-tokens.js';

const input = z.object({
  description: description.optional(),
  tags: tags.optional(),
  destinationConfig: destinationConfig.optional(),
  timeoutConfig: z.object({ maxLifetimeTimeoutMinutes: maxLifetimeTimeoutMinutes.optional() }).optional(),
});

export const openTunnel = operation('OpenTunnel', input, open, writeWithTokens);

function open(request: z.output<typeof input>, { actions, region }: OperationContext) {
  const { tunnel, ...tokens } = actions.open({
    region,
    description: request.description,
    services: request.destinationConfig?.services,
    thingName: request.destinationConfig?.thingName,
    maxLifetimeMinutes: request.timeoutConfig?.maxLifetimeTimeoutMinutes,
    tags: request.tags && new Map(request.tags.map(({ key, value }) => [key, value])),
  });
  return { tunnelId: tunnel.id, tunnelArn: tunnel.arn, ...tokens };
}
