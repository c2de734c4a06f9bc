import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/reset-of-stuck-application',
  title: 'A stream can be reset while its application does not read',
  rules: ['S8', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One program that hangs must not block the service for ever.',
  expects:
    'The client acts on STREAM_RESET although it cannot deliver the earlier bytes, and serves the next application. The undelivered bytes may be lost.',
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
