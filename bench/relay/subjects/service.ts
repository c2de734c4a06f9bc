import { startThrowawayService } from '../../harness/throwaway-service.js';
import type { RelayReady } from '../relay-ready.js';

/** Starts the service with one tunnel and default options. Nobody listens to its events. */
export async function startService(enforce: 'close' | 'off'): Promise<RelayReady> {
  const service = await startThrowawayService({ enforce });
  const { sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
  return { port: service.port, tokens: { source: sourceAccessToken, destination: destinationAccessToken } };
}
