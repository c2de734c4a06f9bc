import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/reset-closes-app',
  title: 'STREAM_RESET closes the local connection, and the next one works',
  rules: ['S8', 'S11'],
  role: 'client',
  why: 'If the connection is not closed, the application hangs for ever, because the other end is gone.',
  expects: 'The client closes the local connection, and the next application is served.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S8');
    await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    const next = await trial.opens();
    await next.echoes('S8');
  },
});
