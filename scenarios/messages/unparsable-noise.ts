import { binary, scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'messages/unparsable-noise',
  title: 'A message that does not parse: random bytes',
  rules: ['M11'],
  role: 'client',
  why: 'Noise must end the stream or be dropped; it must not crash a client, leave it deaf, or reach the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('M11');
    const body = Buffer.from('f6e7d8c9baab9c8d7e6f', 'hex');
    stream.link.injectFrames([binary(Buffer.concat([Buffer.from([0, body.length]), body]))], 'random bytes');
    await stage.survives(stream, 'M11');
  },
});
