import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-is-an-error-for-a-source',
  title: 'A source takes CONNECTION_START for an error',
  rules: ['S9'],
  role: 'source',
  versions: ['V3'],
  why: 'It means that both sides think they are the source.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S9');
    stream.inject({ type: MessageType.CONNECTION_START, connectionId: otherId(stream.connectionId, 1) });
    await stage.survives(stream, 'S9');
  },
});
