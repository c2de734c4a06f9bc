import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-reset-dropped',
  title: 'STREAM_RESET with another stream id is dropped',
  rules: ['S7'],
  role: 'client',
  why: 'The reset of an old connection may arrive late and end the connection that replaced it.',
  expects: 'The client does nothing. Its own stream continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S7');
    stream.inject({ type: MessageType.STREAM_RESET, streamId: otherId(stream.streamId, 1) });
    await stream.echoes('S7');
  },
});
