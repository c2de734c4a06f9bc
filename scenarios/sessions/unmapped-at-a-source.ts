import { scenario } from 'tunnel-testbed/scenarios';
import { configured } from './support/configured.js';

export default scenario({
  id: 'sessions/unmapped-at-a-source',
  title: 'A source picks a free port for a service without a port',
  rules: ['S2'],
  role: 'source',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'Otherwise a tunnel with one additional service would not serve the configured services.',
  expects:
    'The client serves the services for which it has ports, and picks a free port for the other one. Another text says that the ids must match, or the proxy does not start. So a client that ends or gives up its WebSocket passes too (D1).',
  run: async (trial) => {
    if (trial.client.configuredBy === 'bare port') trial.skip('the client file never names the service');
    const [mapped, unmapped] = trial.service.services as [string, string];
    const ports = new Map([[mapped, trial.app.ports.get(mapped)!]]);
    await trial.client.starts({ services: [mapped], ports });
    const servesOwn = async (): Promise<void> => {
      await (await trial.opens()).echoes({ rule: 'S2', force: 'SHOULD' });
    };
    await configured(trial, 'own-services-not-served', servesOwn, { mayRefuse: true });
    // The port that it picked is known only if its output says it for each service.
    if (!trial.client.tellsPorts) return;
    const picksPort = async (): Promise<void> => {
      const stream = await trial.opens({ serviceId: unmapped });
      trial.check(stream.serviceId === unmapped, { rule: 'S2', symptom: 'stream-for-another-service' });
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    };
    await configured(trial, 'no-port-picked', picksPort, { mayRefuse: true });
  },
});
