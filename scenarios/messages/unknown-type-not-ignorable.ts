import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'messages/unknown-type-not-ignorable',
  title: 'An unknown type without ignorable is ignored, or an error',
  rules: ['M10'],
  role: 'client',
  why: 'Later versions of the protocol add types; either reading passes, a crash or a deaf client does not.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('M10');
    stream.inject({ type: 42, payload: stage.bytes(40) });
    await stage.survives(stream, 'M10');
  },
});
