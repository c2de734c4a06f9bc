import { randomBytes } from 'node:crypto';
import { AdminApi, Metrics } from './admin/index.js';
import { CookieApi } from './browser-auth/index.js';
import { Captures } from './capture/index.js';
import { openAuthority } from './certificates/index.js';
import { answerConnect, refuseForwarding } from './connect-proxy/index.js';
import { ControlPlane } from './control-plane/index.js';
import { DataPlane, settleReframing } from './data-plane/index.js';
import { mqttEntrance, mqttUpgrade, Notifier } from './devices/index.js';
import { FaultRegistry } from './faults/index.js';
import {
  createHttpServer,
  declineUpgrade,
  handleHealth,
  OwnNames,
  type Routes,
  serveRoutes,
} from './http/index.js';
import {
  AdvanceableClock,
  EventHub,
  logEvents,
  newUuid,
  SERVICE_NAME,
  ServiceError,
  seededRandom,
} from './kit/index.js';
import { type ServiceOptions, type SettledOptions, settleOptions } from './options.js';
import { namesOfHost } from './own-addresses.js';
import type { OpenPort } from './port/index.js';
import { listenAlso } from './port/index.js';
import { refuseUpgradeWhileStopping, refuseWhileStopping } from './refuse-while-stopping.js';
import { Allowance } from './rules/index.js';
import { SiteRule } from './site-rule.js';
import { StartedMockService } from './started-service.js';
import { TunnelActions, TunnelRegistry } from './tunnels/index.js';

/** How many bytes may wait for the clients of all tunnels together. If there are more, senders wait. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;
/** How many bytes of frames all sessions together keep for `session.received`. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/**
 * Starts a service with its own state, in memory. It has one port for plain and TLS, by default on loopback.
 * @throws {ServiceError} INVALID_OPTION, CANNOT_LISTEN.
 */
export async function startMockService(options: ServiceOptions = {}): Promise<StartedMockService> {
  const settled = settleOptions(options);
  const { region, accountId, strict, closes, limits, visibleClosedMs, logger } = settled;
  const seed = settled.seed ?? randomBytes(16).toString('hex');
  const clock = settled.clock ?? new AdvanceableClock();
  const events = new EventHub(() => clock.now());
  const random = seededRandom(seed);
  const { maxServicesPerTunnel, maxOpenTunnels, maxClosedTunnels } = limits;
  const registry = new TunnelRegistry({
    ...{ clock, events, random, region, accountId, strict, closes, visibleClosedMs },
    ...{ maxServicesPerTunnel, maxOpenTunnels, maxClosedTunnels },
  });
  const newChannelId = () => newUuid(random, 'channel-id');
  const planeOptions = dataPlaneOptions(settled, seed);
  const dataPlane = new DataPlane({
    ...{ clock, events, registry, newChannelId },
    waiting: new Allowance(MAX_WAITING_BYTES),
    keeping: new Allowance(MAX_KEPT_BYTES),
    options: planeOptions,
  });
  const faults = new FaultRegistry({ dataPlane, tunnels: registry, clock, usual: planeOptions });
  const captures = new Captures({ events, clock, service: SERVICE_NAME, seed });
  const metrics = new Metrics({ events, registry, dataPlane, faults });
  if (logger !== undefined) logEvents(events, logger);

  const { host, mqttPort, mqttUrl, requireSignature, cookie, allowOrigins, cookiePath } = settled;
  const cookieApi = new CookieApi({ path: cookiePath, allowOrigins, cookie });
  const names = [...settled.advertise, ...namesOfHost(host)];
  const authority = await openAuthority(settled.stateDir, names).catch((error: Error) => {
    throw new ServiceError('INVALID_OPTION', error.message);
  });
  if (authority.renewedBecause !== undefined) {
    events.emit('ca-renewed', { caPath: authority.caPath, reason: authority.renewedBecause });
  }
  const { mqttClientCert, advertise } = settled;
  const notifier = await Notifier.start({
    ...{ mqttPort, mqttClientCert, mqttUrl, host, advertise, allowOrigins, authority, events },
    handshakeTimeoutMs: settled.requestTimeoutMs,
  });
  const actions = new TunnelActions(registry, notifier.tell);
  const controlPlane = new ControlPlane({ registry, actions, random, region, accountId, requireSignature });

  const state = { ready: false, stopping: false };
  let ports: readonly OpenPort[] = [];
  const admin = new AdminApi({
    ...{ registry, actions, dataPlane, faults, captures, clock, events, metrics },
    adminToken: settled.adminToken,
    caPem: authority.caPem,
    isReady: () => state.ready,
    listensOn: () => ({ addresses: ports.map(({ host, port }) => ({ host, port })), mqtt: notifier.broker }),
    resetControlPlane: () => controlPlane.reset(),
  });
  const siteRule = new SiteRule({
    ...{ clock, events, newChannelId, cookiePath: cookieApi.path },
    names: new OwnNames(host, settled.advertise),
    allowsCookieOf: (origin) => cookieApi.allows(origin),
  });
  const { requestTimeoutMs } = settled;
  const http = createHttpServer({
    ...{ clock, newChannelId, requestTimeoutMs, requestBytes: dataPlane.requestBytes },
  });
  const routes: Routes = {
    requests: [
      (_request, response) => state.stopping && refuseWhileStopping(response),
      refuseForwarding,
      siteRule.refuse,
      controlPlane.handle,
      handleHealth,
      admin.handle,
      cookieApi.handle,
      (request, response) => dataPlane.handleRequest(request, response),
    ],
    upgrades: [
      (_request, socket) => state.stopping && refuseUpgradeWhileStopping(socket, clock, newChannelId()),
      declineUpgrade(http.server),
      siteRule.refuseUpgrade,
      mqttUpgrade(notifier.broker, clock),
      (request, socket, head) => {
        dataPlane.handleUpgrade({ request, socket, head });
        return true;
      },
    ],
  };
  serveRoutes(http, routes);
  try {
    if (settled.capture !== undefined) await captures.start(settled.capture);
    const { port, certificate, alsoListen } = settled;
    const certificates = certificate === 'right' ? authority : authority.faulty(certificate);
    const mqtt = mqttEntrance(notifier.broker, requestTimeoutMs);
    ports = await listenAlso(
      { host, port, authority: certificates, http: http.server, mqtt, handshakeTimeoutMs: requestTimeoutMs },
      alsoListen,
    );
  } catch (error) {
    http.server.close();
    await captures.clear();
    await notifier.close();
    throw error;
  }
  state.ready = true;
  answerConnect(http, clock, (socket) => ports[0]!.accept(socket));
  return new StartedMockService({
    ...{ seed, clock, events, registry, dataPlane, ports, actions, notifier, faults, captures },
    http: http.server,
    caPath: authority.caPath,
    host,
    advertised: settled.advertise,
    closeTimeoutMs: settled.closeTimeoutMs,
    onStop: () => {
      state.ready = false;
      state.stopping = true;
    },
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
