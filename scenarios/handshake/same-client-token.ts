import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/same-client-token',
  title: 'A reconnect has the same client token',
  rules: ['H9'],
  role: 'client',
  versions: 'any',
  needs: { clientToken: true, reconnects: true },
  why: 'With another client token, the service refuses the access token from then on.',
  expects:
    'The client sends the client token of the first handshake. Another one is a warning, because the guides say "should".',
  run: async (trial) => {
    const socket = await trial.connected();
    await socket.drops();
    const next = await trial.connected();
    const [before, after] = [socket.handshake.clientTokens[0], next.handshake.clientTokens[0]];
    trial.check(before === after, { rule: 'H9', symptom: 'client-token-changed', force: 'SHOULD' });
  },
});
