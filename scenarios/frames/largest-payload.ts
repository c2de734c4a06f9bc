import { MAX_PAYLOAD_BYTES } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/largest-payload',
  title: 'A payload of 64512 bytes is taken',
  rules: ['M3'],
  role: 'client',
  why: 'It is the most a message may carry, and the reference proxy uses it.',
  run: async (stage) => {
    const stream = await stage.opens();
    const payload = stage.bytes(MAX_PAYLOAD_BYTES);
    stream.injectData(payload);
    await stream.appReceives(payload, 'M3');
    await stream.echoes('M3');
  },
});
