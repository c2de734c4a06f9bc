import { MessageType } from 'tunnel-testbed/protocol';
import { type HandshakeAnswer, type Stage, scenario } from 'tunnel-testbed/scenarios';

/**
 * Whether bytes pass on the very WebSocket that was answered so. It may close, end, or come back and be answered as it
 * should.
 */
async function goesOn(stage: Stage, answer: HandshakeAnswer): Promise<boolean> {
  stage.service.answersNext(answer);
  const link = await stage.client.connects();
  // A source may wait for SERVICE_IDS before it listens.
  const availableServiceIds = stage.service.services;
  if (stage.version !== 'V1') link.inject({ type: MessageType.SERVICE_IDS, availableServiceIds });
  const carries = stage
    .opens()
    .then(async (stream) => stream.link === link && (await stream.fence('H6')) === 'alive')
    .catch(() => false);
  const over = Promise.race([link.ended, stage.client.running!.exited]).then(() => false);
  return Promise.race([carries, over]);
}

export default [
  scenario({
    id: 'handshake/unoffered-version',
    title: 'It does not go on with a version that it did not offer',
    rules: ['H6'],
    role: 'client',
    versions: 'any',
    why: 'It speaks the version that was answered, or closes: this one nobody speaks.',
    run: async (stage) => {
      const isWrong = await goesOn(stage, { subprotocol: 'aws.iot.securetunneling-9.0' });
      stage.check(!isWrong, 'H6', 'it goes on with a version that it did not offer');
    },
  }),
  scenario({
    id: 'handshake/wrong-accept',
    title: 'It does not go on where sec-websocket-accept is wrong',
    rules: ['W6'],
    role: 'client',
    versions: 'any',
    why: 'A cache or a captive portal has answered: there is no service behind it.',
    run: async (stage) => {
      const accept = Buffer.from('not what was asked for').toString('base64');
      const isWrong = await goesOn(stage, { headers: { 'sec-websocket-accept': accept } });
      stage.check(!isWrong, 'W6', 'it goes on after a wrong sec-websocket-accept', '', 'SHOULD');
    },
  }),
];
