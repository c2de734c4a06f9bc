import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v2-with-v3-source',
  title: 'A V2 destination serves the first connection of a V3 source',
  rules: ['X2'],
  role: 'destination',
  versions: ['V2'],
  why: 'Operators update first; devices follow years later.',
  run: async (stage) => {
    await stage.client.connects();
    const stream = await stage.startsStream({ address: { connectionId: 1 } });
    await stream.echoes('X2');
    stream.inject({ type: MessageType.STREAM_RESET });
    await stream.appIsClosed('X2', 'it left the local connection open after STREAM_RESET');
  },
});
