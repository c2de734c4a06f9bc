import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v2-with-v3-source',
  title: 'A V2 destination serves the first connection of a V3 source',
  rules: ['X2'],
  role: 'destination',
  versions: ['V2'],
  why: 'Operators update first. Devices follow years later.',
  expects: 'The client dials, carries the bytes of connection 1, and closes after STREAM_RESET.',
  run: async (trial) => {
    const stream = await trial.opens({ ids: { connectionId: 1 } });
    await stream.echoes('X2');
    await stream.ends({ rule: 'X2', by: MessageType.STREAM_RESET });
  },
});
