import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/ignorable-data',
  title: 'DATA marked ignorable is data',
  rules: ['M10'],
  role: 'client',
  why: 'Only types that a client does not know may be ignored; a public browser client marks all it sends.',
  run: async (stage) => {
    const stream = await stage.opens();
    const payload = stage.bytes(50);
    stream.inject({ type: MessageType.DATA, payload, ignorable: true });
    await stream.appReceives(payload, 'M10');
    await stream.echoes('M10');
  },
});
