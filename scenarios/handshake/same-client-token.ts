import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/same-client-token',
  title: 'A reconnect brings the same client token',
  rules: ['H9'],
  role: 'client',
  versions: 'any',
  needs: { clientToken: true, reconnects: true },
  why: 'With another one the service refuses the access token from then on.',
  run: async (stage) => {
    const link = await stage.client.connects();
    link.drop();
    const next = await stage.connected();
    const [before, after] = [link.handshake.clientTokens[0], next.handshake.clientTokens[0]];
    stage.check(before === after, 'H9', 'it changed the client token when it came back', '', 'SHOULD');
  },
});
