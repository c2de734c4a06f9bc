import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-when-idle',
  title: 'DATA and STREAM_RESET without a stream have no effect',
  rules: ['S7'],
  role: 'client',
  why: 'Messages that were on their way when a stream ended arrive when there is no stream.',
  expects: 'The client does nothing. The next application is served on the same WebSocket.',
  run: async (trial) => {
    const socket = await trial.connected();
    const ids = trial.newIds();
    socket.inject({ ...ids, type: MessageType.STREAM_RESET });
    socket.inject({ ...ids, type: MessageType.DATA, payload: trial.bytes(50) });
    await trial.opens({ blame: { rule: 'S7', trigger: 'messages-of-no-stream' } });
  },
});
