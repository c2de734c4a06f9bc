import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startMockService } from '../../src/mock-service/index.js';
import {
  distinctDefects,
  loadServiceScenarios,
  openTunnelByAwsJson,
  runServiceSuite,
} from '../../src/scenario-runner/index.js';

describe('the service role', () => {
  it.each(['replaced', 'lost'] as const)(
    'finds nothing to blame in the service of this package, resetOnPeerLoss %s',
    async (resetOnPeerLoss) => {
      await using service = await startMockService({ port: 0, resetOnPeerLoss });
      const at = `127.0.0.1:${service.port}`;
      const suite = await runServiceSuite({
        service: { url: `ws://${at}`, openTunnel: openTunnelByAwsJson(`http://${at}`) },
        scenarios: await loadServiceScenarios(),
      });
      expect(distinctDefects(suite.results)).toEqual([]);
      expect(suite.results.every(({ verdict }) => verdict === 'pass')).toBe(true);
    },
  );

  it('finds fault with a service that accepts nothing', async () => {
    const server = createServer((_request, response) => response.writeHead(500).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const suite = await runServiceSuite({
      service: {
        url: `ws://127.0.0.1:${port}`,
        openTunnel: async () => ({ source: 'a', destination: 'b' }),
      },
      scenarios: await loadServiceScenarios(),
      patienceMs: 500,
    });
    server.close();
    expect(suite.results.every(({ verdict }) => verdict === 'fail')).toBe(true);
  });
});
