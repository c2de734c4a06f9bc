import { z } from 'zod';
import { count, milliseconds } from '../../faults/index.js';
import { defineRoute } from '../route.js';
import * as schemas from '../schemas.js';

/** What may stand in an HTTP header: a line end would make two of it. */
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII');

export const handshakeScript = z.strictObject({
  tunnelId: z.string().optional(),
  side: schemas.side.optional(),
  times: count.min(1).optional().describe('Handshakes it applies to; 1 unless given'),
  delayMs: milliseconds.optional(),
  status: z.int().min(200).max(599).optional().describe('Instead of 101; the token is not spent'),
  headers: z.record(z.string().regex(/^[\w-]+$/), headerValue).optional(),
  body: z.string().max(65_536).optional(),
  drop: z.enum(['after-request', 'after-accept']).optional(),
  subprotocol: headerValue.nullable().optional().describe('null: none'),
  channelId: headerValue.nullable().optional().describe('null: none'),
  acceptKey: headerValue.optional(),
  serviceIds: z.array(z.string()).max(1000).nullable().optional().describe('null: no SERVICE_IDS'),
});
const pending = handshakeScript.extend({
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
    body: handshakeScript,
    answers: { 204: undefined },
    handle: ({ body }, { dataPlane }) => {
      dataPlane.scripts.add(body);
      return { status: 204 };
    },
  }),
];
