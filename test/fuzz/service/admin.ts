import fc from 'fast-check';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { anyFault } from './any-fault.js';
import { anyJson, anyText, hexBytes } from './inputs.js';
import { join, SIDES, withTunnel } from './tunnel-sides.js';

const KEYS = [
  'services',
  'thingName',
  'action',
  'message',
  'type',
  'streamId',
  'attributes',
  'times',
  'tunnelId',
  'side',
  'ms',
];

/** What a session can be told, with fields that it takes and others. */
const action = fc.oneof(
  fc.record({
    action: fc.constantFrom('drop', 'stopReading', 'resumeReading', 'hold', 'release', 'resetSession'),
  }),
  fc.record({
    action: fc.constant('injectBytes'),
    hex: hexBytes(200),
    messageSizes: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ action: fc.constant('writeRaw'), hex: hexBytes(60) }),
  fc.record({ action: fc.constant('ping'), hex: hexBytes(140) }),
  fc.record({ action: fc.constant('sendText'), text: anyText }),
  fc.record({
    action: fc.constant('close'),
    code: fc.oneof(fc.constantFrom(1000, 1005, 1006, 4999, 0), fc.integer()),
    reason: anyText,
  }),
  fc.record({ action: fc.constant('sendServiceIds'), serviceIds: fc.array(anyText, { maxLength: 5 }) }),
  fc.record({
    action: fc.constant('setReframing'),
    reframing: fc.record({
      mode: fc.constantFrom('merge', 'split', 'as-sent', 'one-per-message'),
      sizes: fc.array(fc.integer({ min: -1, max: 300 }), { maxLength: 3 }),
    }),
  }),
  fc.record({
    action: fc.constant('inject'),
    message: anyJson(['type', 'streamId', 'serviceId', 'connectionId', 'text', 'base64', 'ignorable']),
  }),
);
const onTunnel = (tail: string) => `/admin/tunnels/$TUNNEL${tail}`;
const side = fc.constantFrom(...SIDES);

const call = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      method: fc.constant('POST'),
      path: side.map((s) => onTunnel(`/${s}/actions`)),
      body: action,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ method: fc.constant('POST'), path: fc.constant('/admin/faults'), body: anyFault }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constant('DELETE'),
      path: fc.constant('/admin/faults'),
      body: fc.constant(undefined),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constant('POST'),
      path: fc.constant('/admin/handshakes'),
      body: fc.record({
        tunnelId: fc.constant('$TUNNEL'),
        side,
        times: fc.integer({ min: 0, max: 3 }),
        drop: fc.constantFrom(undefined, 'after-request', 'after-accept'),
        status: fc.constantFrom(undefined, 200, 500, 599, 99),
        serviceIds: fc.constantFrom(undefined, null, ['SSH'], []),
        headers: fc.dictionary(anyText, anyText, { maxKeys: 2 }),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constant('POST'),
      path: fc.constant('/admin/clock/advance'),
      body: fc.record({ ms: fc.constantFrom<unknown>(0, 1, 999, 5000, -1, 'x', null) }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constant('POST'),
      path: fc.constant('/admin/captures'),
      body: fc.record({ tunnelId: fc.constant('$TUNNEL'), maxBytes: fc.constantFrom(1, 1000, 1_000_000) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constantFrom('GET', 'GET', 'POST', 'DELETE', 'PATCH', 'PUT'),
      path: fc.oneof(
        fc.constantFrom(
          '/admin/tunnels',
          '/admin/sessions',
          '/admin/streams',
          '/admin/metrics',
          '/admin/openapi.json',
          '/admin/fault-types',
          '/admin/captures',
          '/admin/handshakes',
          '/admin/faults/latency',
        ),
        side.map((s) => onTunnel(`/${s}/received`)),
        anyText.map((text) => `/admin/${encodeURIComponent(Buffer.from(text).toString())}`),
      ),
      body: fc.oneof(fc.constant(undefined), anyJson(KEYS)),
    }),
  },
);

const input = fc.record({ tls: fc.boolean(), calls: fc.array(call, { minLength: 1, maxLength: 12 }) });

/** Calls of the admin API, on a tunnel whose sides are connected. */
export const admin: Part = {
  name: 'admin',
  run: (options) =>
    runCases(
      {
        name: 'admin',
        unit: 'calls',
        input,
        async run({ tls, calls }, subjects) {
          const service = await subjects.service();
          await withTunnel(service, ['SSH'], async (tunnel) => {
            const source = await join(service, 'source', tunnel.source, { tls, version: '3.0' });
            const destination = await join(service, 'destination', tunnel.destination, {
              tls,
              version: '2.0',
            });
            for (const { method, path, body } of calls) {
              if (path === '/admin/clock/advance') {
                await service.api.advance((body as { ms: unknown }).ms);
                continue;
              }

              const text =
                body === undefined ? undefined : JSON.stringify(body).replaceAll('$TUNNEL', tunnel.id);
              await service.api.call(
                method,
                path.replace('$TUNNEL', tunnel.id),
                method === 'GET' ? undefined : text,
              );
              await service.check();
            }
            service.finish(source);
            service.finish(destination);
            await service.clean();
          });
          return calls.length;
        },
      },
      options,
    ),
};
