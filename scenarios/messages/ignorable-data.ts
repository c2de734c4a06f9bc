import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/ignorable-data',
  title: 'DATA that is marked ignorable is delivered',
  rules: ['M10'],
  role: 'client',
  why: 'A client may ignore only types that it does not know. A public browser client marks all messages that it sends.',
  expects: 'The client delivers the bytes, because `ignorable` concerns only types that it does not know.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(50);
    stream.inject({ type: MessageType.DATA, payload, ignorable: true });
    await stream.appReceives(payload, 'M10');
    await stream.echoes('M10');
  },
});
