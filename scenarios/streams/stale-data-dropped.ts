import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-data-dropped',
  title: 'DATA with another stream id is dropped',
  rules: ['S7'],
  role: 'client',
  why: 'Otherwise late bytes of an old connection corrupt the new one.',
  expects: 'The client drops the bytes and sends no answer. Its own stream continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S7');
    const streamId = otherId(stream.streamId, 1);
    stream.inject({ type: MessageType.DATA, streamId, payload: trial.bytes(64) });
    await stream.echoes('S7');
    const isAnswered = stream.socket.messages.untaken.some((m) => m.streamId === streamId);
    trial.check(!isAnswered, { rule: 'S7', symptom: 'answers-stale-data' });
  },
});
