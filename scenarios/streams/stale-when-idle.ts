import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-when-idle',
  title: 'DATA and STREAM_RESET without a stream do nothing',
  rules: ['S7'],
  role: 'client',
  why: 'What was under way when a stream ended arrives when there is none.',
  expects: 'It does nothing; the next application is served on the same WebSocket.',
  run: async (trial) => {
    const socket = await trial.connected();
    const ids = trial.newIds();
    socket.inject({ ...ids, type: MessageType.STREAM_RESET });
    socket.inject({ ...ids, type: MessageType.DATA, payload: trial.bytes(50) });
    await trial.opens({ blame: { rule: 'S7', trigger: 'messages-of-no-stream' } });
  },
});
