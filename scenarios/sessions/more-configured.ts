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
  expects:
    'It serves the service that tunnel and configuration share. One text says so, another that the ids have to match or the proxy does not start: a client that ends or gives up its WebSocket passes too (D1).',
  run: async (trial) => {
    trial.service.services = trial.service.services.slice(0, 1);
    const serves = async (): Promise<void> => {
      const stream = await trial.opens();
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    };
    await configured(trial, 'fewer-services-not-served', serves, { mayRefuse: true });
  },
});
