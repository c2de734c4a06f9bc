import { Finding, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answered-version',
  title: 'The client speaks the version that was answered',
  rules: ['H6'],
  role: 'source',
  why: 'The other side may know only the version that was answered.',
  expects:
    'The client speaks the subprotocol that was answered, or closes. A client that offers only one version is not judged.',
  run: async (trial) => {
    trial.service.prefers = 'aws.iot.securetunneling-1.0';
    const socket = await trial.connected();
    const { offers } = socket.handshake;
    if (offers.length < 2) trial.skip('the client offers only one version');
    if (!offers.includes(trial.service.prefers)) trial.skip('the client does not offer 1.0');
    const { serviceId } = trial;
    trial.service.services = [];
    const stream = await trial.opens({ serviceId }).catch((error: unknown) => {
      if (error instanceof Finding && !socket.open) return; // It may close instead of speaking that version.
      throw error;
    });
    if (stream === undefined) return;
    trial.check(stream.serviceId === '' && stream.connectionId === 0, {
      rule: 'H6',
      symptom: 'speaks-another-version',
    });
  },
});
