import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/slow-service',
  title: 'A slow service loses no bytes',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'The service limits bandwidth by reading slowly.',
  expects:
    'While the WebSocket accepts no more bytes, the client stops reading its application. When the service reads again, all bytes arrive.',
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
