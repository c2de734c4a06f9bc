import { encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/unknown-field',
  title: 'An unknown field does not crash the client',
  rules: ['S17'],
  role: 'client',
  why: 'The service refuses such messages from clients, but may itself send fields of a later version.',
  expects:
    'The client skips the field, or treats the message as an error and ends the stream or its WebSocket. Then it serves the next application.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S17');
    const body = Buffer.concat([
      encodeMessage(message({ ...stream.ids, type: MessageType.DATA })),
      Buffer.from('a2060161', 'hex'),
    ]);
    stream.socket.injectFrames(
      [binary(Buffer.concat([Buffer.from([0, body.length]), body]))],
      'DATA with field 100',
    );
    await trial.survives({ rule: 'S17', stream, trigger: 'unknown-field' });
  },
});
