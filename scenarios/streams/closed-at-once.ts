import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/closed-at-once',
  title: 'An application that closes at once leaves nothing behind',
  rules: ['S8'],
  role: 'source',
  why: 'Port scanners and health checks do so all day.',
  run: async (stage) => {
    await stage.connected();
    for (let i = 0; i < 5; i++) (await stage.app.connects(stage.serviceId)).closes();
    // Each may have brought START and reset, or nothing; what counts is that the next one works.
    const { link } = stage.client;
    await stage.comes(
      link.messages.take(
        (m) => m.type === MessageType.STREAM_RESET || m.type === MessageType.CONNECTION_RESET,
      ),
      300,
    );
    await stage.lives('S8', false);
  },
});
