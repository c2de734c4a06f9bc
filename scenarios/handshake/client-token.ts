import { CLIENT_TOKEN_PATTERN } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/client-token',
  title: 'A client token is sent once and has the form asked for',
  rules: ['H7'],
  role: 'client',
  versions: 'any',
  why: 'Two, or one of another form, fail the handshake.',
  run: async (stage) => {
    const { handshake } = await stage.client.connects();
    const { clientTokens } = handshake;
    stage.check(clientTokens.length <= 1, 'H7', 'it sends several client tokens', `${clientTokens.length}`);
    const [token] = clientTokens;
    if (token === undefined) return stage.skip('the client sends no client token');
    stage.check(
      CLIENT_TOKEN_PATTERN.test(token),
      'H7',
      'its client token has another form than asked for',
      `${token.length} characters`,
    );
    if (stage.request.clientToken !== undefined) {
      stage.check(
        token === stage.request.clientToken,
        'H7',
        'it sends another client token than it was given',
      );
    }
  },
});
