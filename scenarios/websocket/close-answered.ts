import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/close-answered',
  title: 'A close frame is answered and TCP closed',
  rules: ['W6'],
  role: 'client',
  versions: 'any',
  why: 'Otherwise the service has to cut the connection, which looks like a failure.',
  run: async (stage) => {
    const link = await stage.client.connects();
    link.close(1000, 'Tunnel is closed');
    await stage.client.closes('W6', 'it keeps TCP open after a close frame');
    const { code } = await link.ended;
    stage.check(code !== undefined, 'W6', 'it does not answer a close frame', '', 'SHOULD');
  },
});
