import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/session-reset-when-idle',
  title: 'SESSION_RESET without a stream is ignored',
  rules: ['S12'],
  role: 'client',
  why: 'The message may arrive at any time.',
  expects: 'The client does nothing. The next application is served on the same WebSocket.',
  run: async (trial) => {
    const socket = await trial.connected();
    socket.inject({ type: MessageType.SESSION_RESET });
    await trial.opens({ blame: { rule: 'S12', trigger: 'SESSION_RESET' } });
  },
});
