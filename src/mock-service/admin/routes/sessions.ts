import { z } from 'zod';
import { MessageType, type MessageTypeName } from '../../../protocol/index.js';
import { defineRoute } from '../route.js';
import * as schemas from '../schemas.js';
import { findSession, findTunnel, frameView, sessionView, streamView } from '../views.js';

const tunnelQuery = z.strictObject({ tunnelId: z.string().optional() });
const typeNames = Object.keys(MessageType) as [MessageTypeName, ...MessageTypeName[]];
const nextBody = z.strictObject({
  type: z.union([z.enum(typeNames), z.int()]).optional(),
  streamId: z.int().optional(),
  serviceId: z.string().optional(),
  connectionId: z.int().optional(),
  timeoutMs: z.int().min(0).max(60_000).default(5000).describe('Real time'),
});

export const sessionRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/sessions',
    id: 'listSessions',
    summary: 'Sides that are connected',
    query: tunnelQuery,
    answers: { 200: z.object({ sessions: z.array(schemas.session) }) },
    handle: ({ query }, { dataPlane }) => {
      const sessions = dataPlane
        .sessions()
        .filter(({ tunnelId }) => query.tunnelId === undefined || query.tunnelId === tunnelId);
      return { status: 200, body: { sessions: sessions.map(sessionView) } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/streams',
    id: 'listStreams',
    summary: 'Streams that are live',
    query: tunnelQuery,
    answers: { 200: z.object({ streams: z.array(schemas.stream) }) },
    errors: ['TUNNEL_NOT_FOUND'],
    handle: ({ query }, context) => {
      const { tunnelId } = query;
      const tunnels = tunnelId === undefined ? context.registry.list() : [findTunnel(context, tunnelId)];
      const streams = tunnels.flatMap(({ id, streams }) =>
        streams.liveStreams().map((stream) => streamView(id, stream)),
      );
      return { status: 200, body: { streams } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/tunnels/{tunnelId}/{side}',
    id: 'getSession',
    summary: 'The session that holds a side',
    answers: { 200: schemas.session },
    errors: ['TUNNEL_NOT_FOUND', 'SESSION_NOT_FOUND'],
    handle: ({ params }, context) => ({ status: 200, body: sessionView(findSession(context, params)) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/tunnels/{tunnelId}/{side}/received',
    id: 'listReceived',
    summary: 'The last frames that the client sent',
    answers: { 200: z.object({ frames: z.array(schemas.receivedFrame) }) },
    errors: ['TUNNEL_NOT_FOUND', 'SESSION_NOT_FOUND'],
    handle: ({ params }, context) => ({
      status: 200,
      body: { frames: findSession(context, params).received.map(frameView) },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/tunnels/{tunnelId}/{side}/next',
    id: 'awaitNext',
    summary: "Waits for the client's next frame that matches, after the one that was returned last",
    body: nextBody,
    answers: { 200: schemas.receivedFrame },
    errors: ['TUNNEL_NOT_FOUND', 'SESSION_NOT_FOUND', 'TIMEOUT', 'SESSION_ENDED'],
    handle: async ({ params, body }, context) => {
      const { timeoutMs, ...fields } = body;
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      const frame = await findSession(context, params).next(Object.fromEntries(given), { timeoutMs });
      return { status: 200, body: frameView(frame) };
    },
  }),
];
