import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-in-pieces',
  title: 'The response may come in small pieces',
  rules: ['W4'],
  role: 'client',
  versions: 'any',
  why: 'TCP keeps no boundaries: a client that expects the response in one read fails now and then.',
  run: async (stage) => {
    stage.service.answersNext({ pieces: 7 });
    const stream = await stage.opens();
    await stream.echoes('W4');
  },
});
