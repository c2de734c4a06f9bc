import { Finding, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/tunnel-without-services',
  title: 'A tunnel without service ids is served, or declined in order',
  rules: ['X1', 'M12', 'S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'OpenTunnel needs no services: SERVICE_IDS is empty then, and no message names one.',
  expects:
    'Configured without a service id, it carries bytes and names no service. The guides do not say that it must: a client that ends, or does not listen or dial, passes.',
  run: async (trial) => {
    if (trial.client.configuredBy === 'names') trial.skip('its definition always names the service');
    const ports = new Map([['', trial.app.ports.get(trial.serviceId)!]]);
    const target = trial.serviceId;
    if (trial.role === 'destination') {
      trial.app.stops(target);
      await trial.app.listens('', ports.get('')!);
    } else trial.app.ports.set('', ports.get('')!);
    trial.service.services = [];
    await trial.client.starts({ services: [], ports });
    try {
      const stream = await trial.opens({ serviceId: '' });
      trial.check(stream.serviceId === '', { rule: 'X1', symptom: 'names-service-of-unnamed-stream' });
      await stream.echoes('X1');
    } catch (error) {
      const isDeclined = error instanceof Finding && DECLINED.test(error.symptom.code);
      if (!isDeclined) throw error;
    }
  },
});

/** It does not serve such a tunnel at all. */
const DECLINED = /^(did-not-dial|does-not-listen|no-stream-start|turns-applications-away|did-not-connect)/;
