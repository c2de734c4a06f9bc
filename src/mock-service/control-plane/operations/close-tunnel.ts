import { z } from 'zod';
import { operation } from '../operation.js';
import { tunnelId } from '../shapes.js';
import { optional } from '../validation.js';

const input = z.object({ tunnelId, delete: optional(z.boolean()) });

export const closeTunnel = operation('CloseTunnel', input, (request, { registry }) => {
  registry.close(request.tunnelId, { delete: request.delete ?? false });
  return {};
});
