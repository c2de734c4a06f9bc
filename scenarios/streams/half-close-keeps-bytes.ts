import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/half-close-keeps-bytes',
  title: 'Bytes before a half-close arrive',
  rules: ['S8'],
  role: 'client',
  why: 'A program that sends its request and closes its sending half must not lose the request.',
  expects:
    'It sends all that was written before the half-close. Whether it then ends the stream or keeps the other half is its own matter.',
  run: async (trial) => {
    const stream = await trial.opens();
    const bytes = trial.bytes(300_000);
    stream.app.writes(bytes);
    stream.app.closes('half');
    await stream.serviceReceives(bytes, 'S8');
    stream.app.closes();
  },
});
