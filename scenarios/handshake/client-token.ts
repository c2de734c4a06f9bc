import { CLIENT_TOKEN_PATTERN } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/client-token',
  title: 'A client token is sent once and has the right form',
  rules: ['H7'],
  role: 'client',
  versions: 'any',
  why: 'A handshake with two client tokens, or with one of another form, fails.',
  expects:
    'The client sends at most one client token, of 32 to 128 letters, digits and dashes. It is the one that the client was given.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    const { clientTokens } = handshake;
    trial.check(clientTokens.length <= 1, {
      rule: 'H7',
      symptom: 'several-client-tokens',
      detail: `${clientTokens.length}`,
    });
    const [token] = clientTokens;
    if (token === undefined) return trial.skip('the client sends no client token');
    trial.check(CLIENT_TOKEN_PATTERN.test(token), {
      rule: 'H7',
      symptom: 'client-token-malformed',
      detail: `${token.length} characters`,
    });
    if (trial.request.clientToken !== undefined) {
      trial.check(token === trial.request.clientToken, { rule: 'H7', symptom: 'client-token-is-another' });
    }
  },
});
