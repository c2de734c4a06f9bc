import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/half-close-keeps-bytes',
  title: 'Bytes before a half-close arrive',
  rules: ['S8'],
  role: 'client',
  why: 'Some programs send a request and then close their sending half. The request must not be lost.',
  expects:
    'The client sends all bytes that were written before the half-close. Then it may end the stream or keep the other half open.',
  run: async (trial) => {
    const stream = await trial.opens();
    const bytes = trial.bytes(300_000);
    stream.app.writes(bytes);
    stream.app.closes('half');
    await stream.serviceReceives(bytes, 'S8');
    stream.app.closes();
  },
});
