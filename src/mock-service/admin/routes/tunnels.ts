import { z } from 'zod';
import { openTunnelSchema } from '../../tunnels/index.js';
import { defineRoute } from '../route.js';
import * as schemas from '../schemas.js';
import { findTunnel, tunnelView } from '../views.js';

/** Without `region`: tunnels of the admin API are in the service's own region. */
const openTunnelBody = openTunnelSchema.omit({ region: true });
const rotateBody = z.strictObject({ sides: z.array(schemas.side).min(1) });
const closeQuery = z.strictObject({ delete: z.enum(['true', 'false']).default('false') });

export const tunnelRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/tunnels',
    id: 'listTunnels',
    summary: 'All tunnels, newest first. Closed tunnels are included while they are visible',
    answers: { 200: z.object({ tunnels: z.array(schemas.tunnel) }) },
    handle: (_request, { registry }) => ({
      status: 200,
      body: { tunnels: registry.list().map(tunnelView) },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/tunnels',
    id: 'openTunnel',
    summary: 'Opens a tunnel. Its tokens cannot be asked for again',
    body: openTunnelBody,
    answers: { 201: schemas.openedTunnel },
    errors: ['INVALID_OPTION', 'LIMIT_EXCEEDED'],
    handle: ({ body }, { actions }) => {
      const { tags, ...input } = body;
      const opened = actions.open({
        ...input,
        ...(tags !== undefined && { tags: new Map(Object.entries(tags)) }),
      });
      return { status: 201, body: { ...opened, tunnel: tunnelView(opened.tunnel) } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/tunnels/{tunnelId}',
    id: 'getTunnel',
    summary: 'One tunnel',
    answers: { 200: schemas.tunnel },
    errors: ['TUNNEL_NOT_FOUND'],
    handle: ({ params }, context) => ({
      status: 200,
      body: tunnelView(findTunnel(context, params.tunnelId!)),
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/admin/tunnels/{tunnelId}',
    id: 'closeTunnel',
    summary: 'Closes a tunnel. With delete=true it is not visible any more',
    query: closeQuery,
    answers: { 204: undefined },
    errors: ['TUNNEL_NOT_FOUND'],
    handle: ({ params, query }, { registry }) => {
      registry.close(params.tunnelId!, { delete: query.delete === 'true' });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/tunnels/{tunnelId}/rotate',
    id: 'rotateTokens',
    summary: 'Makes new tokens for the sides. Their live connections end',
    body: rotateBody,
    answers: { 200: schemas.rotatedTokens },
    errors: ['TUNNEL_NOT_FOUND', 'TUNNEL_CLOSED'],
    handle: ({ params, body }, { actions }) => ({
      status: 200,
      body: actions.rotate(params.tunnelId!, body.sides),
    }),
  }),
];
