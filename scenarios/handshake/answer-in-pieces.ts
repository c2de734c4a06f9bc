import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-in-pieces',
  title: 'The response may arrive in small pieces',
  rules: ['W4'],
  role: 'client',
  versions: 'any',
  why: 'TCP keeps no boundaries. A client that expects the response in one read fails now and then.',
  expects: 'The client reads until the response is complete, however TCP cuts it.',
  run: async (trial) => {
    trial.service.answers({ pieces: 7 });
    const stream = await trial.opens();
    await stream.echoes('W4');
  },
});
