import { z } from 'zod';
import { milliseconds } from '../../faults/index.js';
import type { Clock } from '../../kit/index.js';
import { defineRoute } from '../route.js';
import * as schemas from '../schemas.js';

export const serviceRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/addresses',
    id: 'getAddresses',
    summary:
      'The addresses and ports of the service and of its embedded broker. A port that was given as 0 has its real number',
    answers: { 200: schemas.listensOn },
    handle: (_request, { listensOn }) => ({ status: 200, body: listensOn() }),
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/clock',
    id: 'getClock',
    summary: "The service's time",
    answers: { 200: schemas.clock },
    handle: (_request, { clock }) => ({ status: 200, body: clockView(clock) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/clock/advance',
    id: 'advanceClock',
    summary: 'Moves the time forward. Timers that come due fire before the answer',
    body: z.strictObject({ ms: milliseconds }),
    answers: { 200: schemas.clock },
    handle: ({ body }, { clock }) => {
      clock.advance(body.ms);
      return { status: 200, body: clockView(clock) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/reset',
    id: 'reset',
    summary: 'Removes all tunnels, faults, handshake scripts, and captures that this API started',
    answers: { 204: undefined },
    handle: async (_request, { registry, faults, dataPlane, captures, resetControlPlane }) => {
      faults.clear();
      dataPlane.scripts.clear();
      registry.reset();
      resetControlPlane();
      const inMemory = captures.list().filter(({ options }) => options.file === undefined);
      await Promise.all(inMemory.map(({ id }) => captures.remove(id)));
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/metrics',
    id: 'getMetrics',
    summary: 'Counters and gauges for Prometheus',
    answers: { 200: 'text/plain' },
    handle: async (_request, { metrics }) => ({
      status: 200,
      text: { type: metrics.contentType, content: await metrics.text() },
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/health',
    id: 'getHealth',
    summary: 'The process answers',
    open: true,
    answers: { 200: z.object({ status: z.literal('ok') }) },
    handle: () => ({ status: 200, body: { status: 'ok' } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/ready',
    id: 'getReady',
    summary: 'The service accepts connections',
    open: true,
    answers: { 200: z.object({ ready: z.literal(true) }) },
    errors: ['SERVICE_STOPPED'],
    handle: (_request, { isReady }) => {
      const ready = isReady();
      return ready
        ? { status: 200, body: { ready } }
        : { status: 503, body: { error: 'SERVICE_STOPPED', message: 'The service is stopping' } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/ca.pem',
    id: 'getCa',
    summary: 'The CA certificate that TLS clients must trust',
    open: true,
    answers: { 200: 'application/x-pem-file' },
    handle: (_request, { caPem }) => ({
      status: 200,
      text: { type: 'application/x-pem-file', content: caPem },
    }),
  }),
];

function clockView(clock: Clock): z.infer<typeof schemas.clock> {
  const now = clock.now();
  return { now, iso: new Date(now).toISOString() };
}
