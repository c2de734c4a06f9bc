// The service as a fixture, and a client's verdicts as tests.
import { OwnProxies } from 'tunnel-testbed/scenario-runner';
import { judgeClient, test } from 'tunnel-testbed/vitest';
import { expect } from 'vitest';

test('a tunnel is open until it is closed', ({ service }) => {
  const { tunnel } = service.openTunnel({ services: ['SSH'] });
  expect(tunnel.status).toBe('OPEN');
  service.closeTunnel(tunnel.id);
  expect(tunnel.status).toBe('CLOSED');
});

// In your project: the name of a client definition file, such as 'my-client.yaml'.
await judgeClient(new OwnProxies(), { only: ['streams/echo'], roles: ['source'] });
