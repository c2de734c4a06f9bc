import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/one-token',
  title: 'The access token is sent once, unchanged',
  rules: ['H3'],
  role: 'client',
  versions: 'any',
  why: 'None, two, or a changed one fails the handshake.',
  expects:
    'It sends its access token unchanged in one header, or in one cookie. In the query it is a dialect that services let pass: a warning.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    const { headerTokens, cookieTokens, queryToken } = handshake;
    const tokens = [...headerTokens, ...cookieTokens];
    if (tokens.length === 0 && queryToken !== undefined) {
      trial.check(queryToken === trial.request.accessToken, { rule: 'H3', symptom: 'access-token-changed' });
      // A dialect that the service lets pass, but no guide knows.
      trial.check(false, { rule: 'H3', symptom: 'access-token-in-query', force: 'SHOULD' });
    }
    trial.check(tokens.length === 1, {
      rule: 'H3',
      symptom: 'not-one-access-token',
      detail: `${tokens.length} sent`,
    });
    trial.check(tokens[0] === trial.request.accessToken, { rule: 'H3', symptom: 'access-token-changed' });
  },
});
