import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/path',
  title: 'The tunnel is asked for at /tunnel',
  rules: ['H1'],
  role: 'client',
  versions: 'any',
  why: 'Any other path is refused with 400.',
  run: async (stage) => {
    const { handshake } = await stage.client.connects();
    stage.check(handshake.path === '/tunnel', 'H1', 'it asked for another path than /tunnel', handshake.path);
    stage.check(handshake.method === 'GET', 'H1', 'it used another method than GET', handshake.method);
  },
});
