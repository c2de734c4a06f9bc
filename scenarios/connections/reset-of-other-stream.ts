import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-other-stream',
  title: 'CONNECTION_RESET for another stream id is ignored',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  why: 'The reset of an old connection arrives late and kills one that has the same number.',
  expects:
    'It does nothing, since the stream id is not that of its stream. One clause validates stream ids on STREAM_RESET and DATA only: a client that goes by the connection id alone is warned.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S10');
    stream.inject({ type: MessageType.CONNECTION_RESET, streamId: otherId(stream.streamId, 1) });
    await stream.echoes('S10');
  },
});
