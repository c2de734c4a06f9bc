import { randomBytes } from 'node:crypto';
import { openAuthority } from './certificates/authority.js';
import { DataPlane } from './data-plane/data-plane.js';
import { settleReframing } from './data-plane/reframing.js';
import { handleHealth, type Routes, serveRoutes } from './http-routes.js';
import { createHttpServer } from './http-server.js';
import { listen } from './listen.js';
import { logEvents } from './log.js';
import { type ServiceOptions, type SettledOptions, settleOptions } from './options.js';
import { StartedMockService } from './started-service.js';
import { AdvanceableClock, EventHub, newUuid, seededRandom, TunnelRegistry } from './tunnels/index.js';

/**
 * Starts a service of its own: state in memory, one port for plain and TLS, loopback unless told otherwise.
 * @throws {ServiceError} INVALID_OPTION, CANNOT_LISTEN.
 */
export async function startMockService(options: ServiceOptions = {}): Promise<StartedMockService> {
  const settled = settleOptions(options);
  const { region, accountId, strict, closes, limits, visibleClosedMs, logger } = settled;
  const seed = settled.seed ?? randomBytes(16).toString('hex');
  const clock = settled.clock ?? new AdvanceableClock();
  const events = new EventHub(() => clock.now());
  const random = seededRandom(seed);
  const { maxServicesPerTunnel, maxOpenTunnels } = limits;
  const registry = new TunnelRegistry({
    ...{ clock, events, random, region, accountId, strict, closes, visibleClosedMs },
    ...{ maxServicesPerTunnel, maxOpenTunnels },
  });
  const newChannelId = () => newUuid(random, 'channel-id');
  const dataPlane = new DataPlane({
    ...{ clock, events, registry, newChannelId },
    options: dataPlaneOptions(settled, seed),
  });
  if (logger !== undefined) logEvents(events, logger);

  const http = createHttpServer({ clock, newChannelId, requestBytes: dataPlane.requestBytes });
  const routes: Routes = {
    requests: [handleHealth, (request, response) => dataPlane.handleRequest(request, response)],
    upgrades: [
      (request, socket, head) => {
        dataPlane.handleUpgrade({ request, socket, head });
        return true;
      },
    ],
  };
  serveRoutes(http, routes);
  const authority = await openAuthority(settled.stateDir);
  const ports = await listen({ host: settled.host, port: settled.port, authority, http });
  return new StartedMockService({
    ...{ seed, clock, events, registry, dataPlane, ports, http },
    caPath: authority.caPath,
    host: settled.host,
    closeTimeoutMs: settled.closeTimeoutMs,
  });
}

function dataPlaneOptions(settled: SettledOptions, seed: string | number) {
  const { enforce, resetOnPeerLoss, answerPings, highWaterBytes, closeTimeoutMs, observedFrames } = settled;
  const { bandwidthBytesPerSecond, handshakesPerSecond } = settled.limits;
  const reframing = settleReframing(settled.reframing, seed);
  return {
    ...{ enforce, reframing, resetOnPeerLoss, answerPings, highWaterBytes, closeTimeoutMs, observedFrames },
    ...{ bandwidthBytesPerSecond, handshakesPerSecond },
  };
}
