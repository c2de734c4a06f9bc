import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/session-reset-single',
  title: 'SESSION_RESET closes the stream',
  rules: ['S12'],
  role: 'client',
  why: 'SESSION_RESET means that the service lost data. A stream that continues after it is corrupt.',
  expects:
    'The client closes the local connection. Then it serves the next application, on this WebSocket or a new one.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S12');
    await stream.ends({ rule: 'S12', by: MessageType.SESSION_RESET });
    await trial.survives({ rule: 'S12', trigger: 'SESSION_RESET' });
  },
});
