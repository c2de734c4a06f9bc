import { IoTSecureTunnelingClient, OpenTunnelCommand } from '@aws-sdk/client-iotsecuretunneling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointOfRegion } from '../../src/clients/index.js';
import { type StartedMockService, startMockService } from '../../src/mock-service/index.js';
import { distinctDefects, loadServiceScenarios, runServiceSuite } from '../../src/scenario-runner/index.js';

/**
 * The rules that bind the service, by raw WebSockets and the AWS SDK. They run against the mock; with
 * TUNNEL_TESTBED_AWS_REGION and AWS credentials in the environment, against the real service (CONTRIBUTING.md).
 */
const region = process.env.TUNNEL_TESTBED_AWS_REGION;
let mock: StartedMockService | undefined;
let api: IoTSecureTunnelingClient;
let url: string;

beforeAll(async () => {
  if (region !== undefined) {
    api = new IoTSecureTunnelingClient({ region });
    url = endpointOfRegion(region).label;
    return;
  }
  mock = await startMockService();
  url = `ws://${mock.endpoint}`;
  api = new IoTSecureTunnelingClient({
    region: 'us-east-1',
    endpoint: `http://${mock.endpoint}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  api.destroy();
  await mock?.stop();
});

async function openTunnel(services: readonly string[]) {
  const command = new OpenTunnelCommand({
    timeoutConfig: { maxLifetimeTimeoutMinutes: 10 },
    ...(services.length > 0 && { destinationConfig: { services: [...services] } }),
  });
  const { sourceAccessToken, destinationAccessToken } = await api.send(command);
  return { source: sourceAccessToken!, destination: destinationAccessToken! };
}

describe(`the service ${region === undefined ? 'of this package' : `in ${region}`}`, () => {
  it('keeps every rule that binds a service', async () => {
    const scenarios = await loadServiceScenarios();
    const suite = await runServiceSuite({ service: { url, openTunnel }, scenarios, patienceMs: 20_000 });
    expect(distinctDefects(suite.results)).toEqual([]);
    const others = suite.results.filter(({ verdict }) => verdict !== 'pass');
    // The suite is of the newest version. What is about an older one does not apply.
    expect(others.map(({ reason }) => reason)).toEqual(['this does not apply to V3']);
    expect(suite.results.length).toBeGreaterThan(10);
  }, 600_000);
});
