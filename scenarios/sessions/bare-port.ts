import { scenario } from 'tunnel-testbed/scenarios';
import { configured } from './support/configured.js';

export default scenario({
  id: 'sessions/bare-port',
  title: "A port without a service id serves the tunnel's only service, whatever its name",
  rules: ['S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy' },
  why: 'A user with one service does not have to know its name in the tunnel.',
  expects:
    "The client serves the tunnel's only service. It is a warning if it does not. A client whose command line has no such form is not judged.",
  run: async (trial) => {
    if (trial.client.configuredBy === 'names') trial.skip('the client file always names the service');
    const ports = new Map([['', trial.app.ports.get(trial.serviceId)!]]);
    await trial.client.starts({ services: [], ports });
    await configured(trial, 'bare-port-not-served', async () => {
      const stream = await trial.opens();
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    });
  },
});
