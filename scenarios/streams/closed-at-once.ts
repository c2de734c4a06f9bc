import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/closed-at-once',
  title: 'An application that closes at once leaves nothing behind',
  rules: ['S8'],
  role: 'source',
  why: 'Port scanners and health checks do this all day.',
  expects: 'The client may report each of these connections or none. The next application is served.',
  run: async (trial) => {
    await trial.connected();
    for (let i = 0; i < 5; i++) (await trial.app.connects(trial.serviceId)).closes();
    // The client may have sent a start and a reset for each of them, or nothing. But the next one must work.
    const socket = await trial.connected();
    await trial.comes(
      socket.messages.take(
        (m) => m.type === MessageType.STREAM_RESET || m.type === MessageType.CONNECTION_RESET,
      ),
      300,
    );
    await trial.survives({ rule: 'S8', mayEnd: false, trigger: 'applications-that-closed-at-once' });
  },
});
