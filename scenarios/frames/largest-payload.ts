import { MAX_PAYLOAD_BYTES } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/largest-payload',
  title: 'A payload of 64512 bytes is taken',
  rules: ['M3'],
  role: 'client',
  why: 'It is the most a message may carry, and the reference proxy uses it.',
  expects: 'It delivers a payload of 64512 bytes.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(MAX_PAYLOAD_BYTES);
    stream.injectData(payload);
    await stream.appReceives(payload, 'M3');
    await stream.echoes('M3');
  },
});
