import { z } from 'zod';
import { captureSchema, type StartedCapture } from '../../capture/index.js';
import { AdminError } from '../errors.js';
import { type AdminContext, defineRoute } from '../route.js';
import * as schemas from '../schemas.js';
import { captureView, findTunnel } from '../views.js';

/** The largest capture. Captures of the API are kept in memory. */
const MAX_BYTES = 64 * 1024 * 1024;

const captureBody = captureSchema.omit({ file: true }).extend({
  maxBytes: captureSchema.shape.maxBytes
    .unwrap()
    .max(MAX_BYTES)
    .default(MAX_BYTES / 4),
});

export const captureRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/captures',
    id: 'listCaptures',
    summary: 'Captures, running or ended',
    answers: { 200: z.object({ captures: z.array(schemas.capture) }) },
    handle: (_request, { captures }) => ({
      status: 200,
      body: { captures: captures.list().map(captureView) },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/captures',
    id: 'startCapture',
    summary: 'Starts recording into memory, one tunnel or all',
    body: captureBody,
    answers: { 201: schemas.capture },
    errors: ['TUNNEL_NOT_FOUND', 'LIMIT_EXCEEDED'],
    handle: async ({ body }, context) => {
      if (body.tunnelId !== undefined) findTunnel(context, body.tunnelId);
      return { status: 201, body: captureView(await context.captures.start(body)) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/captures/{captureId}/stop',
    id: 'stopCapture',
    summary: 'Ends a capture. Its content stays',
    answers: { 200: schemas.capture },
    errors: ['CAPTURE_NOT_FOUND'],
    handle: async ({ params }, context) => {
      const capture = find(context, params.captureId!);
      await capture.stop();
      return { status: 200, body: captureView(capture) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/captures/{captureId}/content',
    id: 'getCaptureContent',
    summary: 'The recorded lines. The end line is missing while the capture runs (docs/captures.md)',
    answers: { 200: 'application/jsonl' },
    errors: ['CAPTURE_NOT_FOUND'],
    handle: ({ params }, context) => {
      const { text } = find(context, params.captureId!);
      if (text === undefined)
        throw new AdminError('CAPTURE_NOT_FOUND', 'This capture is in a file; read the file');
      return { status: 200, text: { type: 'application/jsonl', content: text } };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/admin/captures/{captureId}',
    id: 'removeCapture',
    summary: 'Ends a capture and forgets it',
    answers: { 204: undefined },
    errors: ['CAPTURE_NOT_FOUND'],
    handle: async ({ params }, context) => {
      await context.captures.remove(find(context, params.captureId!).id);
      return { status: 204 };
    },
  }),
];

function find({ captures }: AdminContext, id: string): StartedCapture {
  const capture = captures.get(id);
  if (capture === undefined)
    throw new AdminError('CAPTURE_NOT_FOUND', `There is no capture ${id.slice(0, 100)}`);
  return capture;
}
