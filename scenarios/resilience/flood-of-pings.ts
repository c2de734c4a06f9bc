import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'resilience/flood-of-pings',
  title: 'Many pings pass, and a flood of them does not bring it down',
  rules: ['W3', 'S17'],
  role: 'client',
  why: 'They must not starve the streams; a client may end a connection that floods it.',
  run: async (stage) => {
    const stream = await stage.opens();
    const pings = Array.from({ length: 1000 }, (_, i) => ({ opcode: 9, payload: Buffer.from(`ping ${i}`) }));
    stream.link.injectFrames(pings.slice(0, 20), '20 pings');
    await stream.echoes('W3', 'MUST');
    stream.link.injectFrames(pings, '1000 pings');
    await stage.survives(stream, 'S17');
  },
});
