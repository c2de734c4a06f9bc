import { scenario } from 'tunnel-testbed/scenarios';
import { configured } from './support/configured.js';

export default scenario({
  id: 'sessions/more-configured',
  title: 'The configuration may have more service ids than the tunnel',
  rules: ['S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'One configuration is used for all tunnels to the same kind of device.',
  expects:
    'The client serves the service that tunnel and configuration have in common. Another text says that the ids must match, or the proxy does not start. So a client that ends or gives up its WebSocket passes too (D1).',
  run: async (trial) => {
    trial.service.services = trial.service.services.slice(0, 1);
    const serves = async (): Promise<void> => {
      const stream = await trial.opens();
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    };
    await configured(trial, 'fewer-services-not-served', serves, { mayRefuse: true });
  },
});
