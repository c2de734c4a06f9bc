import { Finding, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/tunnel-without-services',
  title: 'A tunnel without service ids is served, or declined normally',
  rules: ['X1', 'M12', 'S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'OpenTunnel does not require services. SERVICE_IDS is then empty, and no message names a service.',
  expects:
    'A client that is configured without a service id carries bytes and names no service. The guides do not require this. So a client that ends, or does not listen or dial, passes too.',
  run: async (trial) => {
    if (trial.client.configuredBy === 'names') trial.skip('the client file always names the service');
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

/** The client does not serve such a tunnel at all. */
const DECLINED = /^(did-not-dial|does-not-listen|no-stream-start|turns-applications-away|did-not-connect)/;
