import { scenario } from 'tunnel-testbed/scenarios';
import { configured } from './support/configured.js';

export default scenario({
  id: 'sessions/bare-port',
  title: "A bare port serves a tunnel's only service, whatever its name",
  rules: ['S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy' },
  why: 'Who has one service need not know how the tunnel calls it.',
  run: async (stage) => {
    if (stage.client.configuredBy === 'names') stage.skip('its definition always names the service');
    const ports = new Map([['', stage.app.ports.get(stage.serviceId)!]]);
    await stage.client.startsWith({ services: [], ports });
    await configured(stage, 'a bare port does not serve the only service of the tunnel', async () => {
      const stream = await stage.opens();
      await stream.echoes('S2', 'SHOULD');
    });
  },
});
