import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/reset-of-stuck-application',
  title: 'A stream whose application is stuck can be reset',
  rules: ['S8', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One hung program must not block the service for ever.',
  expects:
    'It acts on STREAM_RESET although it cannot deliver what came before, and works with the next application. What was not delivered may be lost.',
  run: async (trial) => {
    const stream = await trial.opens({ paused: true });
    stream.app.stopsReading();
    stream.injectData(trial.bytes(2_000_000));
    stream.inject({ type: MessageType.STREAM_RESET });
    await trial.comes(stream.socket.drained(), 300);
    stream.app.readsAgain();
    await stream.appIsClosed({ rule: 'S8', trigger: 'STREAM_RESET' });
    await trial.survives({ rule: 'S8', trigger: 'STREAM_RESET' });
  },
});
