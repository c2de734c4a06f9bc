import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/ignorable-data',
  title: 'DATA marked ignorable is data',
  rules: ['M10'],
  role: 'client',
  why: 'Only types that a client does not know may be ignored; a public browser client marks all it sends.',
  expects: 'It delivers the bytes: `ignorable` concerns types that it does not know.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(50);
    stream.inject({ type: MessageType.DATA, payload, ignorable: true });
    await stream.appReceives(payload, 'M10');
    await stream.echoes('M10');
  },
});
