import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startMockService } from '../../src/mock-service/index.js';
import type { MessageFormat } from '../../src/protocol/index.js';
import {
  loadServiceScenarios,
  openTunnelByAwsJson,
  runServiceSuite,
  type SuiteResult,
} from '../../src/scenario-runner/index.js';
import { olderService } from '../support/older-service.js';

async function judged(port: number, versions: readonly MessageFormat[]): Promise<SuiteResult> {
  const at = `127.0.0.1:${port}`;
  return runServiceSuite({
    service: { url: `ws://${at}`, openTunnel: openTunnelByAwsJson(`http://${at}`) },
    scenarios: await loadServiceScenarios(),
    versions,
  });
}

/** Whatever is neither passed nor left out. */
const troubles = ({ results }: SuiteResult) =>
  results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skipped');

describe('the service role', () => {
  it.each(['replaced', 'lost'] as const)(
    'finds nothing to blame in the service of this package, resetOnPeerLoss %s',
    async (resetOnPeerLoss) => {
      await using service = await startMockService({ port: 0, resetOnPeerLoss });
      const suite = await judged(service.port, ['V3']);
      expect(troubles(suite)).toEqual([]);
      expect(suite.results.length).toBeGreaterThan(20);
    },
  );

  it.each(['V1', 'V2'] as const)(
    'judges a service that speaks nothing newer than %s by that',
    async (version) => {
      await using service = await startMockService({ port: 0 });
      await using older = await olderService(version, service.port);
      const suite = await judged(older.port, [version]);
      expect(troubles(suite)).toEqual([]);
      expect(suite.results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(20);
    },
  );

  it('says once that a service refuses the version that it is judged by, and which one it grants', async () => {
    await using service = await startMockService({ port: 0 });
    await using older = await olderService('V2', service.port);
    const { results } = await judged(older.port, ['V3']);
    const [root, ...others] = results;
    expect(root).toMatchObject({
      key: 'preflight/connects@service',
      verdict: 'fail',
      defects: [{ rule: 'H6', code: 'refuses-version', detail: expect.stringContaining('--version V2') }],
    });
    const blocked = { verdict: 'blocked', blockedBy: 'preflight/connects@service' };
    expect(others.filter(({ verdict }) => verdict !== 'skipped')).not.toEqual([]);
    for (const each of others) if (each.verdict !== 'skipped') expect(each).toMatchObject(blocked);
  });

  it('finds one fault with a service that accepts nothing', async () => {
    const server = createServer((_request, response) => response.writeHead(500).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { results } = await runServiceSuite({
      service: { url: `ws://127.0.0.1:${port}`, openTunnel: async () => ({ source: 'a', destination: 'b' }) },
      scenarios: await loadServiceScenarios(),
    });
    server.close();
    expect(results[0]).toMatchObject({ verdict: 'fail', defects: [{ code: 'refuses-good-handshake' }] });
    expect(results.filter(({ verdict }) => verdict === 'fail')).toHaveLength(1);
  });

  it('ends with a service that takes connections and says nothing', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { results } = await runServiceSuite({
      service: { url: `ws://127.0.0.1:${port}`, openTunnel: async () => ({ source: 'a', destination: 'b' }) },
      scenarios: await loadServiceScenarios(),
      patienceMs: 300,
    });
    server.close();
    expect(results[0]).toMatchObject({ verdict: 'fail', defects: [{ code: 'handshake-not-answered' }] });
  });
});
