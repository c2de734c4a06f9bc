import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/extreme-ids',
  title: 'Any stream id but 0 is good',
  rules: ['S4', 'M2'],
  role: 'destination',
  why: 'Sources pick ids as they like; negative ones are legal.',
  run: async (stage) => {
    await stage.client.connects();
    for (const streamId of [1, 127, 128, 2 ** 31 - 1, -1, -(2 ** 31)]) {
      const stream = await stage.startsStream({ address: { streamId } });
      await stream.echoes('S4');
      stream.inject({ type: MessageType.STREAM_RESET });
      await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
    }
  },
});
