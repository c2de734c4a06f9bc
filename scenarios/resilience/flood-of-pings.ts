import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'resilience/flood-of-pings',
  title: 'A flood of pings passes',
  rules: ['W3'],
  role: 'client',
  why: 'It must not starve the streams.',
  run: async (stage) => {
    const stream = await stage.opens();
    const pings = Array.from({ length: 1000 }, (_, i) => ({ opcode: 9, payload: Buffer.from(`ping ${i}`) }));
    stream.link.injectFrames(pings, '1000 pings');
    await stream.echoes('W3', 'MUST');
  },
});
