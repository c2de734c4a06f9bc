import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/extreme-ids',
  title: 'Any stream id but 0 is good',
  rules: ['S4', 'M2'],
  role: 'destination',
  why: 'Sources pick ids as they like; negative ones are legal.',
  expects: 'It takes any stream id but 0, negative ones too.',
  run: async (trial) => {
    await trial.connected();
    for (const streamId of [1, 127, 128, 2 ** 31 - 1, -1, -(2 ** 31)]) {
      const stream = await trial.opens({ ids: { streamId } });
      await stream.echoes('S4');
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    }
  },
});
