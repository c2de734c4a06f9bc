import { encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/zero-means-absent',
  title: 'A field with its zero value means the same as an absent field',
  rules: ['M12'],
  role: 'client',
  why: 'Some encoders write such fields. In proto3 there is no difference.',
  expects: 'The client reads a field with its zero value like an absent field.',
  run: async (trial) => {
    const stream = await trial.opens();
    const { ids } = stream;
    const payload = trial.bytes(20);
    const zeros: number[] = [0x18, 0];
    if (ids.serviceId === '') zeros.push(0x2a, 0);
    if (ids.connectionId === 0) zeros.push(0x38, 0);
    const body = Buffer.concat([
      Buffer.from(zeros),
      encodeMessage(message({ ...ids, type: MessageType.DATA, payload })),
    ]);
    stream.socket.injectFrames(
      [binary(Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]))],
      'DATA with zeros written out',
    );
    await stream.appReceives(payload, 'M12');
    await stream.echoes('M12');
  },
});
