import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/path',
  title: 'The request goes to /tunnel',
  rules: ['H1'],
  role: 'client',
  versions: 'any',
  why: 'The service answers any other path with 400.',
  expects: 'The client sends a GET request for /tunnel.',
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
