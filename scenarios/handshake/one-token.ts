import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/one-token',
  title: 'The access token is sent once, unchanged',
  rules: ['H3'],
  role: 'client',
  versions: 'any',
  why: 'None, two, or a changed one fails the handshake.',
  run: async (stage) => {
    const { handshake } = await stage.client.connects();
    const { headerTokens, cookieTokens, queryToken } = handshake;
    const tokens = [...headerTokens, ...cookieTokens];
    if (tokens.length === 0 && queryToken !== undefined) {
      stage.check(queryToken === stage.request.accessToken, 'H3', 'it changed the access token');
      // A dialect that the service lets pass, but no guide knows.
      stage.check(false, 'H3', 'it sends the access token in the query', '', 'SHOULD');
    }
    stage.check(
      tokens.length === 1,
      'H3',
      'it does not send exactly one access token',
      `${tokens.length} sent`,
    );
    stage.check(tokens[0] === stage.request.accessToken, 'H3', 'it changed the access token');
  },
});
