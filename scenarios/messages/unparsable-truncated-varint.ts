import { binary, scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'messages/unparsable-truncated-varint',
  title: 'A message that does not parse: a varint that never ends',
  rules: ['M11'],
  role: 'client',
  why: 'Noise must end the stream or be dropped; it must not crash a client, leave it deaf, or reach the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('M11');
    const body = Buffer.from('08ff', 'hex');
    stream.link.injectFrames(
      [binary(Buffer.concat([Buffer.from([0, body.length]), body]))],
      'a varint that never ends',
    );
    await stage.survives(stream, 'M11');
  },
});
