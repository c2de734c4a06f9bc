import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'messages/unknown-type-zero',
  title: 'Type UNKNOWN is ignored, or an error',
  rules: ['M1'],
  role: 'client',
  why: 'Later versions of the protocol add types; either reading passes, a crash or a deaf client does not.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('M10');
    stream.inject({ type: 0, payload: stage.bytes(40), ignorable: true });
    await stage.survives(stream, 'M10');
  },
});
