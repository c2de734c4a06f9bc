import { startDestinationProxy, startSourceProxy } from '../../../src/clients/index.js';
import { startThrowawayService } from '../../harness/throwaway-service.js';

/** Starts the service and both local proxies, without TLS. Returns the port on which the source proxy listens. */
export async function startTunnel(format: 'V1' | 'V3', target: number): Promise<number> {
  const service = await startThrowawayService({});
  const { sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
  const common = { endpoint: `ws://${service.endpoint}`, format, webProxy: false } as const;
  await startDestinationProxy({ ...common, accessToken: destinationAccessToken, services: `${target}` });
  const source = await startSourceProxy({ ...common, accessToken: sourceAccessToken, services: '0' });
  const [first] = source.ports.values();
  return first!.port;
}
