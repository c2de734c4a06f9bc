import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/id-dropped-in-mid-stream',
  title: 'A message without connection id on a V3 stream does not crash the client',
  rules: ['X4'],
  role: 'client',
  versions: ['V3'],
  why: 'The guides contradict each other. A client may read 0 as 1, or close the stream. Both pass, but a crash does not.',
  expects:
    'The client reads the message as one of connection 1, or ends the stream. The guides have a clause for each of the two.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S9');
    stream.inject({ type: MessageType.STREAM_RESET, streamId: otherId(stream.streamId, 1), connectionId: 0 });
    await stream.echoes('S7');
    stream.inject({ type: MessageType.DATA, connectionId: 0 });
    await trial.survives({ rule: 'X4', stream, trigger: 'message-without-connection-id' });
  },
});
