import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/session-reset-when-idle',
  title: 'SESSION_RESET without a stream is ignored',
  rules: ['S12'],
  role: 'client',
  why: 'It may come at any time.',
  run: async (stage) => {
    const link = await stage.connected();
    link.inject({ type: MessageType.SESSION_RESET });
    await stage.stillOpens('S12');
  },
});
