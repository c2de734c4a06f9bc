import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/session-reset-single',
  title: 'SESSION_RESET closes the stream',
  rules: ['S12'],
  role: 'client',
  why: 'The service lost data: what goes on after it is corrupt.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S12');
    stream.link.inject({ type: MessageType.SESSION_RESET });
    await stream.appIsClosed('S12', 'it left a local connection open after SESSION_RESET');
    stream.app.closes();
    await stage.lives('S12');
  },
});
