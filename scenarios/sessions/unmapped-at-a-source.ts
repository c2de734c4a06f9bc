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
    'It serves the services that it has ports for, and picks a free port for the one that it has none for.',
  run: async (trial) => {
    if (trial.client.configuredBy === 'bare port') trial.skip('its definition never names the service');
    const [mapped, unmapped] = trial.service.services as [string, string];
    const ports = new Map([[mapped, trial.app.ports.get(mapped)!]]);
    await trial.client.starts({ services: [mapped], ports });
    await configured(trial, 'own-services-not-served', async () => {
      await (await trial.opens()).echoes({ rule: 'S2', force: 'SHOULD' });
    });
    // Which port it picked is known only where its output tells by service.
    if (!trial.client.tellsPorts) return;
    await configured(trial, 'no-port-picked', async () => {
      const stream = await trial.opens({ serviceId: unmapped });
      trial.check(stream.serviceId === unmapped, { rule: 'S2', symptom: 'stream-for-another-service' });
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    });
  },
});
