import { SUBPROTOCOLS } from 'tunnel-testbed/protocol';
import { RawPeer, serviceScenario } from 'tunnel-testbed/scenarios';

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
      why: 'A client that breaks the rule must fail in this test, and not only in production.',
      expects: 'The service answers with a 4xx status and opens no WebSocket.',
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
    why: 'The guides say that a request with both fails.',
    expects: 'The service answers with a 4xx status if header and cookie both carry an access token.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      await trial.isRefused('source', source, 'H3', { headers: { cookie: `awsiot-tunnel-token=${source}` } });
    },
  }),
  serviceScenario({
    id: 'service/answers-what-was-offered',
    title: 'The answered subprotocol is one that was offered, and older versions work too',
    rules: ['H6', 'H10'],
    why: 'WebSocket libraries end the connection if the answered subprotocol was not offered.',
    expects:
      'The service answers with a subprotocol that was offered. If it refuses the subprotocol of an older version, the report mentions it: the guides do not say which versions a service must speak.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      const clientToken = trial.bytes(20).toString('hex');
      const ids: unknown[] = [];
      const refused: string[] = [];
      for (const subprotocol of SUBPROTOCOLS.slice(0, Number(trial.version.slice(1)))) {
        const peer = await trial.asks('source', source, { subprotocol, clientToken });
        if (!(peer instanceof RawPeer)) {
          refused.push(subprotocol);
          continue;
        }
        const answered = peer.headers['sec-websocket-protocol'];
        trial.check(answered === subprotocol, {
          rule: 'H6',
          symptom: 'answers-unoffered-subprotocol',
          detail: `${answered}`,
        });
        ids.push(peer.headers['channel-id']);
      }
      const isEachItsOwn = !ids.includes(undefined) && new Set(ids).size === ids.length;
      trial.check(isEachItsOwn, { rule: 'H10', symptom: 'no-channel-id' });
      const symptom = 'speaks-no-other-version';
      trial.check(refused.length === 0, { rule: 'H6', symptom, force: 'silent', detail: refused.join(', ') });
    },
  }),
  serviceScenario({
    id: 'service/token-is-spent',
    title: 'Without a client token an access token works once',
    rules: ['H8'],
    why: 'A test of a client must show that the client cannot reconnect.',
    expects:
      'The service refuses the second handshake with an access token that was used without a client token.',
    run: async (trial) => {
      const { source } = await trial.opensTunnel();
      await trial.connects('source', source, 'H8');
      await trial.isRefused('source', source, 'H8');
    },
  }),
  serviceScenario({
    id: 'service/client-token',
    title: 'The same client token can reconnect, and another one cannot',
    rules: ['H9', 'H12'],
    why: 'A client reconnects in this way after a loss.',
    expects:
      'The service accepts the same pair of tokens again, and refuses the access token with another client token.',
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
