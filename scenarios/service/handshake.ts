import { serviceScenario } from 'tunnel-testbed/scenarios';

const refusals = [
  ['path', 'H1', 'Another path is refused', { path: '/other' }],
  ['mode-missing', 'H2', 'An unknown mode is refused', { mode: 'both' }],
  ['no-token', 'H3', 'A handshake without a token is refused', { headers: { 'access-token': undefined } }],
  ['wrong-mode', 'H4', 'A token of the other side is refused', { mode: 'destination' }],
  [
    'large-request',
    'H5',
    'A request over 4096 bytes is refused',
    { headers: { 'x-padding': 'x'.repeat(4096) } },
  ],
  ['no-subprotocol', 'H6', 'A handshake without a subprotocol is refused', { subprotocol: null }],
  ['unknown-subprotocol', 'H6', 'An unknown subprotocol is refused', { subprotocol: 'chat' }],
  ['bad-client-token', 'H7', 'A client token of another form is refused', { clientToken: 'short' }],
] as const;

export default [
  ...refusals.map(([name, rule, title, asking]) =>
    serviceScenario({
      id: `service/refuses-${name}`,
      title,
      rules: [rule],
      why: 'A client that breaks the rule must learn of it here, not in production.',
      expects: 'It answers with a 4xx status and opens no WebSocket.',
      run: async (trial) => {
        const { source } = await trial.opensTunnel();
        await trial.isRefused('source', source, rule, asking);
        // A refused handshake does not spend the token (H8).
        await trial.connects('source', source, 'H8');
      },
    }),
  ),
  serviceScenario({
    id: 'service/refuses-two-tokens',
    title: 'A token in header and cookie is refused',
    rules: ['H3'],
    why: 'The guides say that both combined fail.',
    expects: 'It answers with a 4xx status where header and cookie both carry an access token.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      await trial.isRefused('source', source, 'H3', { headers: { cookie: `awsiot-tunnel-token=${source}` } });
    },
  }),
  serviceScenario({
    id: 'service/answers-what-was-offered',
    title: 'The answered subprotocol is one that was offered, and each version works',
    rules: ['H6', 'H10'],
    why: 'WebSocket libraries end a connection whose answer was not offered.',
    expects:
      'It answers one of the subprotocols offered, or refuses; which one, where there are several, is its choice.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      const clientToken = trial.bytes(20).toString('hex');
      const ids = new Set<unknown>();
      for (const version of ['1.0', '2.0', '3.0']) {
        const subprotocol = `aws.iot.securetunneling-${version}`;
        const { headers } = await trial.connects('source', source, 'H6', { subprotocol, clientToken });
        const answered = headers['sec-websocket-protocol'];
        trial.check(answered === subprotocol, {
          rule: 'H6',
          symptom: 'answers-unoffered-subprotocol',
          detail: `${answered}`,
        });
        ids.add(headers['channel-id']);
      }
      trial.check(!ids.has(undefined) && ids.size === 3, { rule: 'H10', symptom: 'no-channel-id' });
    },
  }),
  serviceScenario({
    id: 'service/token-is-spent',
    title: 'Without a client token an access token is good once',
    rules: ['H8'],
    why: 'Clients must find out that they cannot come back.',
    expects: 'It refuses the second handshake with an access token that was used without a client token.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      await trial.connects('source', source, 'H8');
      await trial.isRefused('source', source, 'H8');
    },
  }),
  serviceScenario({
    id: 'service/client-token',
    title: 'The same client token reconnects, another one does not',
    rules: ['H9', 'H12'],
    why: 'This is how a client comes back after a loss.',
    expects:
      'It accepts the same pair of tokens again, and refuses the access token with another client token.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      const [clientToken, other] = [trial.bytes(20).toString('hex'), trial.bytes(20).toString('hex')];
      const first = await trial.connects('source', source, 'H9', { clientToken });
      await trial.isRefused('source', source, 'H9', { clientToken: other });
      await trial.connects('source', source, 'H9', { clientToken });
      await trial.closes(first, { rule: 'H12', symptom: 'keeps-older-connection' });
    },
  }),
];
