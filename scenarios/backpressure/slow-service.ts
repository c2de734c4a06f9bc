import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/slow-service',
  title: 'A slow service loses nothing',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'The service limits bandwidth by reading slowly.',
  expects:
    'It stops reading its application while the WebSocket takes nothing, and loses nothing when it does again.',
  run: async (trial) => {
    const stream = await trial.opens();
    stream.socket.stopsReading();
    const up = stream.pours('up', trial.long ? 64_000_000 : 6_000_000);
    await trial.comes(up.poured, 300);
    stream.socket.readsAgain();
    await up.completes(trial.carries);
    await stream.echoes(trial.carries);
  },
});
