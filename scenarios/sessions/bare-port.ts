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
  expects:
    "It serves the tunnel's only service. A command line that has no such form is not asked; not serving is a warning.",
  run: async (trial) => {
    if (trial.client.configuredBy === 'names') trial.skip('its definition always names the service');
    const ports = new Map([['', trial.app.ports.get(trial.serviceId)!]]);
    await trial.client.starts({ services: [], ports });
    await configured(trial, 'bare-port-not-served', async () => {
      const stream = await trial.opens();
      await stream.echoes({ rule: 'S2', force: 'SHOULD' });
    });
  },
});
