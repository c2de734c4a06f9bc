import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/reset-closes-app',
  title: 'STREAM_RESET closes the local connection, and the next one works',
  rules: ['S8', 'S11'],
  role: 'client',
  why: 'An application whose connection is not closed hangs for ever: the other end is gone.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S8');
    stream.inject({ type: MessageType.STREAM_RESET });
    await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
    stream.app.closes();
    const next = await stage.opens();
    await next.echoes('S8');
  },
});
