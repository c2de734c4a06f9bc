import { MessageType } from 'tunnel-testbed/protocol';
import { firstOf, type HandshakeAnswer, scenario, type Trial } from 'tunnel-testbed/scenarios';

/**
 * Whether bytes pass on the WebSocket that got the wrong answer. The client may close, end, or connect again and get a
 * right answer.
 */
async function goesOn(trial: Trial, answer: HandshakeAnswer): Promise<boolean> {
  trial.service.answers(answer);
  const socket = await trial.connected();
  // A source may wait for SERVICE_IDS before it listens.
  const availableServiceIds = trial.service.services;
  if (trial.version !== 'V1') socket.inject({ type: MessageType.SERVICE_IDS, availableServiceIds });
  const carries = trial
    .opens()
    .then(async (stream) => stream.socket === socket && (await stream.fence('H6')) === 'alive')
    .catch(() => false);
  // Some leave the TCP connection of a handshake that failed to its end, and come back on another one.
  const again = trial.service.handshakes.take(({ at }) => at > socket.handshake.at);
  const over = firstOf([socket.ended, trial.client.exited, again]).then(() => false);
  return firstOf([carries, over]);
}

export default [
  scenario({
    id: 'handshake/unoffered-version',
    title: 'The client does not continue with a version that it did not offer',
    rules: ['H6'],
    role: 'client',
    versions: 'any',
    why: 'The client must speak the version that was answered, or close. It does not know this version.',
    expects:
      'The client closes, ends, or connects again and gets a right answer. It does not carry bytes on that WebSocket.',
    run: async (trial) => {
      const isWrong = await goesOn(trial, { subprotocol: 'aws.iot.securetunneling-9.0' });
      trial.check(!isWrong, { rule: 'H6', symptom: 'goes-on-with-unoffered-version' });
    },
  }),
  scenario({
    id: 'handshake/wrong-accept',
    title: 'The client does not continue if sec-websocket-accept is wrong',
    rules: ['W6'],
    role: 'client',
    versions: 'any',
    why: 'A cache or a captive portal has answered, and no service.',
    expects: 'The client fails the handshake, as RFC 6455 requires (4.1). It is a warning if it continues.',
    run: async (trial) => {
      const accept = Buffer.from('not what was asked for').toString('base64');
      const isWrong = await goesOn(trial, { headers: { 'sec-websocket-accept': accept } });
      trial.check(!isWrong, { rule: 'W6', symptom: 'goes-on-after-wrong-accept', force: 'SHOULD' });
    },
  }),
];
