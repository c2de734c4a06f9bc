import { Finding, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answered-version',
  title: 'The version that was answered is the one spoken',
  rules: ['H6'],
  role: 'source',
  why: 'The other side may know the answered version only.',
  run: async (stage) => {
    stage.service.prefers = 'aws.iot.securetunneling-1.0';
    const link = await stage.client.connects();
    const { offers } = link.handshake;
    if (offers.length < 2) stage.skip('the client offers one version only');
    if (!offers.includes(stage.service.prefers)) stage.skip('the client does not offer 1.0');
    const { serviceId } = stage;
    stage.service.services = [];
    const stream = await stage.opens({ serviceId }).catch((error: unknown) => {
      if (error instanceof Finding && !link.open) return; // It may close instead of speaking it.
      throw error;
    });
    if (stream === undefined) return;
    stage.check(
      stream.serviceId === '' && stream.connectionId === 0,
      'H6',
      'it speaks another version than was answered',
    );
  },
});
