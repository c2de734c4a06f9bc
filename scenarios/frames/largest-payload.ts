import { MAX_PAYLOAD_BYTES } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/largest-payload',
  title: 'A payload of 64512 bytes is delivered',
  rules: ['M3'],
  role: 'client',
  why: 'This is the largest payload of a message, and the reference proxy uses it.',
  expects: 'The client delivers a payload of 64512 bytes.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(MAX_PAYLOAD_BYTES);
    stream.injectData(payload);
    await stream.appReceives(payload, 'M3');
    await stream.echoes('M3');
  },
});
