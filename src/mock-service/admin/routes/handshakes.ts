import { z } from 'zod';
import { handshakeScriptSchema } from '../../data-plane/index.js';
import { defineRoute } from '../route.js';

const pending = handshakeScriptSchema.extend({
  times: z.number().nullable().describe('How many handshakes are left; null: no limit'),
});

export const handshakeRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/handshakes',
    id: 'listHandshakeScripts',
    summary: 'The scripts for the next handshakes, including those of faults',
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
    summary: 'Scripts the answers to the next handshakes',
    body: handshakeScriptSchema,
    answers: { 204: undefined },
    errors: ['LIMIT_EXCEEDED'],
    handle: ({ body }, { dataPlane }) => {
      dataPlane.scripts.add(body);
      return { status: 204 };
    },
  }),
];
