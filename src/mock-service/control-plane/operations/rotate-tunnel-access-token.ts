import { z } from 'zod';
import type { Side } from '../../../protocol/index.js';
import { ApiError } from '../errors.js';
import { type OperationContext, operation } from '../operation.js';
import { destinationConfig, tunnelId } from '../shapes.js';
import { violation } from '../validation.js';
import { writeWithTokens } from '../write-tokens.js';

const CLIENT_MODES = ['SOURCE', 'DESTINATION', 'ALL'] as const;
const SIDES: Record<(typeof CLIENT_MODES)[number], readonly Side[]> = {
  SOURCE: ['source'],
  DESTINATION: ['destination'],
  ALL: ['source', 'destination'],
};

const input = z.object({
  tunnelId,
  clientMode: z.enum(CLIENT_MODES),
  destinationConfig: destinationConfig.optional(),
});

export const rotateTunnelAccessToken = operation('RotateTunnelAccessToken', input, rotate, writeWithTokens);

function rotate(request: z.output<typeof input>, { registry, actions }: OperationContext) {
  const { tunnelId: id, clientMode, destinationConfig: destination } = request;
  if (clientMode === 'SOURCE' && destination !== undefined) {
    const what = 'Member must be null if clientMode is SOURCE';
    throw violation([{ value: destination, at: 'destinationConfig', what }]);
  }
  const arn = registry.get(id)?.arn;
  if (arn === undefined) {
    throw new ApiError('ResourceNotFoundException', `There is no tunnel ${id}; check its id`);
  }
  return { tunnelArn: arn, ...actions.rotate(id, SIDES[clientMode], destination) };
}
