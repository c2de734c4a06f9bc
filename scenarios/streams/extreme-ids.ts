import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/extreme-ids',
  title: 'Any stream id except 0 works',
  rules: ['S4', 'M2'],
  role: 'destination',
  why: 'A source chooses its ids freely, and negative ones are legal.',
  expects: 'The client accepts any stream id except 0, also a negative one.',
  run: async (trial) => {
    await trial.connected();
    for (const streamId of [1, 127, 128, 2 ** 31 - 1, -1, -(2 ** 31)]) {
      const stream = await trial.opens({ ids: { streamId } });
      await stream.echoes('S4');
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    }
  },
});
