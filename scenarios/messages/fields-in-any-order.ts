import { encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/fields-in-any-order',
  title: 'Fields may come in any order',
  rules: ['M11'],
  role: 'client',
  why: 'Protobuf promises it, and encoders differ.',
  run: async (stage) => {
    const stream = await stage.opens();
    const { connectionId, serviceId, streamId } = stream;
    const payload = stage.bytes(20);
    const parts = [{ payload }, { connectionId }, { serviceId }, { streamId }, { type: MessageType.DATA }];
    const body = Buffer.concat(parts.map((part) => encodeMessage(message(part))));
    stream.link.injectFrames(
      [binary(Buffer.concat([Buffer.from([0, body.length]), body]))],
      'DATA with its fields reversed',
    );
    await stream.appReceives(payload, 'M11');
    await stream.echoes('M11');
  },
});
