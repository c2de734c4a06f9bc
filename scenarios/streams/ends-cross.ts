import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/ends-cross',
  title: 'The ends of both sides may cross',
  rules: ['S8', 'S7'],
  role: 'client',
  why: 'Many programs close their connections at both ends at the same time.',
  expects:
    'A STREAM_RESET for a stream that the client has already ended has no effect. The next application is served on the same WebSocket.',
  run: async (trial) => {
    let stream = await trial.opens();
    for (let i = 0; i < 6; i++) {
      await stream.echoes('S8');
      const rest = trial.bytes(2000);
      stream.app.writes(rest);
      stream.app.closes();
      stream.injectData(rest);
      // In every second round the client has certainly sent its own end before that of the service arrives.
      if (i % 2 === 1) await stream.isReset('S8');
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
      stream = await trial.opens({ blame: { rule: 'S8', trigger: 'ends-that-crossed' } });
    }
  },
});
