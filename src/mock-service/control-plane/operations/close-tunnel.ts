import { z } from 'zod';
import { operation } from '../operation.js';
import { tunnelId } from '../shapes.js';

const input = z.object({ tunnelId, delete: z.boolean().optional() });

export const closeTunnel = operation('CloseTunnel', input, (request, { registry }) => {
  registry.close(request.tunnelId, { delete: request.delete ?? false });
  return {};
});
