import { encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/unknown-field',
  title: 'A field it does not know does not bring it down',
  rules: ['S17'],
  role: 'client',
  why: 'The service refuses such messages from clients, but may itself send what a later version adds.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S17');
    const body = Buffer.concat([
      encodeMessage(message({ ...stream.address, type: MessageType.DATA })),
      Buffer.from('a2060161', 'hex'),
    ]);
    stream.link.injectFrames(
      [binary(Buffer.concat([Buffer.from([0, body.length]), body]))],
      'DATA with field 100',
    );
    await stage.survives(stream, 'S17');
  },
});
