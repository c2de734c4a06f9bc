import { scenario } from 'tunnel-testbed/scenarios';
import { configured } from './support/configured.js';

export default scenario({
  id: 'sessions/more-configured',
  title: 'The configuration may know more service ids than the tunnel has',
  rules: ['S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'One configuration is used for all tunnels to a kind of device.',
  run: async (stage) => {
    stage.service.services = stage.service.services.slice(0, 1);
    await configured(stage, 'it does not serve a tunnel with fewer services than configured', async () => {
      const stream = await stage.opens();
      await stream.echoes('S2', 'SHOULD');
    });
  },
});
