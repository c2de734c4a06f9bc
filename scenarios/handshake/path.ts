import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/path',
  title: 'The tunnel is asked for at /tunnel',
  rules: ['H1'],
  role: 'client',
  versions: 'any',
  why: 'Any other path is refused with 400.',
  expects: 'It asks for /tunnel by GET.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    trial.check(handshake.path === '/tunnel', {
      rule: 'H1',
      symptom: 'asked-for-another-path',
      detail: handshake.path,
    });
    trial.check(handshake.method === 'GET', {
      rule: 'H1',
      symptom: 'method-is-not-get',
      detail: handshake.method,
    });
  },
});
