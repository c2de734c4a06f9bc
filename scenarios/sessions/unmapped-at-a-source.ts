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
  run: async (stage) => {
    if (stage.client.configuredBy === 'bare port') stage.skip('its definition never names the service');
    const [mapped, unmapped] = stage.service.services as [string, string];
    const ports = new Map([[mapped, stage.app.ports.get(mapped)!]]);
    const running = await stage.client.startsWith({ services: [mapped], ports });
    await configured(stage, 'it does not serve its own services beside one without a port', async () => {
      await (await stage.opens()).echoes('S2', 'SHOULD');
    });
    // Which port it picked is known only where its output tells by service.
    if (running.listensByService !== true) return;
    await configured(stage, 'it picks no port for a service without one', async () => {
      const stream = await stage.opens({ serviceId: unmapped });
      stage.check(stream.serviceId === unmapped, 'S2', 'the stream is for another service');
      await stream.echoes('S2', 'SHOULD');
    });
  },
});
