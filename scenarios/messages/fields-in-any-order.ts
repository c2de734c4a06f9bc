import { encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/fields-in-any-order',
  title: 'Fields may come in any order',
  rules: ['M11'],
  role: 'client',
  why: 'Protobuf allows any order, and encoders differ.',
  expects: 'The client decodes the message, whatever the order of its fields.',
  run: async (trial) => {
    const stream = await trial.opens();
    const { connectionId, serviceId, streamId } = stream;
    const payload = trial.bytes(20);
    const parts = [{ payload }, { connectionId }, { serviceId }, { streamId }, { type: MessageType.DATA }];
    const body = Buffer.concat(parts.map((part) => encodeMessage(message(part))));
    stream.socket.injectFrames(
      [binary(Buffer.concat([Buffer.from([0, body.length]), body]))],
      'DATA with its fields reversed',
    );
    await stream.appReceives(payload, 'M11');
    await stream.echoes('M11');
  },
});
