import fc from 'fast-check';
import { runCases } from '../cases.js';
import { Finding } from '../finding.js';
import type { Part } from '../part.js';
import { anyJson, anyText } from './inputs.js';

const OPERATIONS = [
  'OpenTunnel',
  'CloseTunnel',
  'DescribeTunnel',
  'ListTunnels',
  'RotateTunnelAccessToken',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
];
const KEYS = [
  'tunnelId',
  'clientMode',
  'destinationConfig',
  'services',
  'thingName',
  'description',
  'tags',
  'key',
  'value',
  'timeoutConfig',
  'maxLifetimeTimeoutMinutes',
  'resourceArn',
  'tagKeys',
  'maxResults',
  'nextToken',
  'delete',
];

/** A request that AWS would take, so that what is wrong with another is not all that is tried. */
const sensible = fc.constantFrom<unknown>(
  {},
  { destinationConfig: { services: ['SSH'], thingName: 'lamp' } },
  { destinationConfig: { services: ['SSH', 'HTTP'] }, timeoutConfig: { maxLifetimeTimeoutMinutes: 1 } },
  { tunnelId: '$TUNNEL' },
  { tunnelId: '$TUNNEL', clientMode: 'ALL' },
  { tunnelId: '$TUNNEL', clientMode: 'DESTINATION', destinationConfig: { services: ['VNC'] } },
  { tunnelId: '$TUNNEL', delete: true },
  { resourceArn: '$ARN', tags: [{ key: 'a', value: 'b' }] },
  { resourceArn: '$ARN', tagKeys: ['a'] },
  { thingName: 'lamp', maxResults: 1 },
);

const call = fc.record({
  operation: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...OPERATIONS) },
    { weight: 1, arbitrary: anyText },
  ),
  type: fc.oneof(
    { weight: 8, arbitrary: fc.constant('application/x-amz-json-1.1') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('application/json', 'text/plain', '', 'application/x-www-form-urlencoded'),
    },
  ),
  body: fc.oneof(
    { weight: 4, arbitrary: sensible },
    { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...KEYS), anyJson(KEYS), { maxKeys: 6 }) },
    { weight: 1, arbitrary: anyJson(KEYS) },
  ),
  /** Where the body's text is cut, if it is. */
  cut: fc.oneof({ weight: 9, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat({ max: 60 }) }),
});

const input = fc.array(call, { minLength: 1, maxLength: 8 });

/** Calls of AWS's API, on a tunnel that is there. */
export const controlPlane: Part = {
  name: 'control-plane',
  run: (options) =>
    runCases(
      {
        name: 'control-plane',
        unit: 'calls',
        input,
        async run(calls, subjects) {
          const service = await subjects.service();
          const { tunnel } = await service.api.openTunnel(['SSH']);
          const arn = `arn:aws:iot:us-east-1:000000000000:tunnel/${tunnel.id}`;
          for (const { operation, type, body, cut } of calls) {
            const text = JSON.stringify(body).replaceAll('$TUNNEL', tunnel.id).replaceAll('$ARN', arn);
            const headers = {
              'content-type': type,
              'x-amz-target': `IoTSecuredTunneling.${operation.replace(/[^\t\x20-\x7e]/g, '?')}`,
            };
            const answer = await service.api.call('POST', '/', cut < 0 ? text : text.slice(0, cut), headers);
            expectJson(answer.body);
            await service.check();
          }
          // What calls have opened goes, or the service would hold it for hours.
          await forgetOthers(service.api.call.bind(service.api), service.neighbourIds);
          return calls.length;
        },
      },
      options,
    ),
};

/** @throws {Finding} if an answer is not JSON. */
function expectJson(text: string): void {
  if (text === '') return;
  try {
    JSON.parse(text);
  } catch {
    throw new Finding(`The answer is not JSON: ${text.slice(0, 300)}`);
  }
}

type Call = (method: string, path: string) => Promise<{ body: string }>;

async function forgetOthers(call: Call, kept: readonly string[]): Promise<void> {
  const { body } = await call('GET', '/admin/tunnels');
  const { tunnels } = JSON.parse(body) as { tunnels: { id: string }[] };
  for (const { id } of tunnels)
    if (!kept.includes(id)) await call('DELETE', `/admin/tunnels/${id}?delete=true`);
}
