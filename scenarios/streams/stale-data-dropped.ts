import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-data-dropped',
  title: 'DATA of another stream id is dropped',
  rules: ['S7'],
  role: 'client',
  why: 'Bytes of an old connection that arrive late would be mixed into the new one and corrupt it.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S7');
    const streamId = otherId(stream.streamId, 1);
    stream.inject({ type: MessageType.DATA, streamId, payload: stage.bytes(64) });
    await stream.echoes('S7');
    const isAnswered = stream.link.messages.untaken.some((m) => m.streamId === streamId);
    stage.check(!isAnswered, 'S7', 'it answers stale DATA');
  },
});
