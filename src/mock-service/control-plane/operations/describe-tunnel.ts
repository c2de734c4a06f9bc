import { z } from 'zod';
import { ApiError } from '../errors.js';
import { operation } from '../operation.js';
import { tunnelId } from '../shapes.js';
import { tunnelJson } from '../tunnel-json.js';

const input = z.object({ tunnelId });

export const describeTunnel = operation('DescribeTunnel', input, (request, { registry }) => {
  const tunnel = registry.get(request.tunnelId);
  if (tunnel !== undefined) return { tunnel: tunnelJson(tunnel) };
  throw new ApiError('ResourceNotFoundException', `There is no tunnel ${request.tunnelId}; check its id`);
});
