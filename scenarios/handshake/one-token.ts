import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/one-token',
  title: 'The access token is sent once and unchanged',
  rules: ['H3'],
  role: 'client',
  versions: 'any',
  why: 'A handshake with no token, two tokens or a changed token fails.',
  expects:
    'The client sends its access token unchanged in one header or in one cookie. A token in the query is a dialect that services accept, so it is a warning.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    const { headerTokens, cookieTokens, queryToken } = handshake;
    const tokens = [...headerTokens, ...cookieTokens];
    if (tokens.length === 0 && queryToken !== undefined) {
      trial.check(queryToken === trial.request.accessToken, { rule: 'H3', symptom: 'access-token-changed' });
      // A dialect that the service accepts, but that no guide names.
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
