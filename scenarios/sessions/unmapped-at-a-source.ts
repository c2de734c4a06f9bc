import { scenario } from 'tunnel-testbed/scenarios';
import { configured } from './support/configured.js';

export default scenario({
  id: 'sessions/unmapped-at-a-source',
  title: 'A source picks a free port for a service that it was given none for',
  rules: ['S2'],
  role: 'source',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'A tunnel that was opened for one more service would not serve those configured.',
  expects:
    'It serves the services that it has ports for, and picks a free port for the one that it has none for. One text lets it: another has the ids match, or the proxy does not start, so one that ends or gives up its WebSocket passes too (D1).',
  run: async (trial) => {
    if (trial.client.configuredBy === 'bare port') trial.skip('its definition never names the service');
    const [mapped, unmapped] = trial.service.services as [string, string];
    const ports = new Map([[mapped, trial.app.ports.get(mapped)!]]);
    await trial.client.starts({ services: [mapped], ports });
    const servesOwn = async (): Promise<void> => {
      await (await trial.opens()).echoes({ rule: 'S2', force: 'SHOULD' });
    };
    await configured(trial, 'own-services-not-served', servesOwn, { mayRefuse: true });
    // Which port it picked is known only where its output tells by service.
    if (!trial.client.tellsPorts) return;
    const picksPort = async (): Promise<void> => {
      const stream = await trial.opens({ serviceId: unmapped });
      trial.check(stream.serviceId === unmapped, { rule: 'S2', symptom: 'stream-for-another-service' });
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    };
    await configured(trial, 'no-port-picked', picksPort, { mayRefuse: true });
  },
});
