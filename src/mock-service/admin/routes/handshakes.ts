import { z } from 'zod';
import { handshakeScriptSchema } from '../../data-plane/index.js';
import { defineRoute } from '../route.js';

const pending = handshakeScriptSchema.extend({
  times: z.number().nullable().describe('How many are left; null for no end'),
});

export const handshakeRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/handshakes',
    id: 'listHandshakeScripts',
    summary: 'What coming handshakes are told, those of faults included',
    answers: { 200: z.object({ scripts: z.array(pending) }) },
    handle: (_request, { dataPlane }) => ({
      status: 200,
      // `Infinity` is null in JSON.
      body: { scripts: dataPlane.scripts.list().map(({ when: _when, ...script }) => script) },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/handshakes',
    id: 'scriptHandshake',
    summary: 'Tells coming handshakes what to do instead of following the rules',
    body: handshakeScriptSchema,
    answers: { 204: undefined },
    errors: ['LIMIT_EXCEEDED'],
    handle: ({ body }, { dataPlane }) => {
      dataPlane.scripts.add(body);
      return { status: 204 };
    },
  }),
];
