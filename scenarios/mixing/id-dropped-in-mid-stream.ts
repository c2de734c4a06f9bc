import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/id-dropped-in-mid-stream',
  title: 'Messages without connection id on a V3 stream',
  rules: ['X4'],
  role: 'client',
  versions: ['V3'],
  why: 'The guides contradict each other: read 0 as 1, or close the stream. Both pass; a crash does not.',
  expects:
    'It reads the message as one of connection 1, or ends the stream: one clause says this, another that.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S9');
    stream.inject({ type: MessageType.STREAM_RESET, streamId: otherId(stream.streamId, 1), connectionId: 0 });
    await stream.echoes('S7');
    stream.inject({ type: MessageType.DATA, connectionId: 0 });
    await trial.survives({ rule: 'X4', stream, trigger: 'message-without-connection-id' });
  },
});
