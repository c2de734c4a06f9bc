import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/byte-by-byte',
  title: 'A frame may arrive byte by byte',
  rules: ['W4'],
  role: 'client',
  why: 'WebSocket boundaries mean nothing.',
  expects: 'The client collects a tunnel frame from any number of WebSocket messages.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(300);
    stream.injectData(payload, 'bytewise');
    await stream.appReceives(payload, 'W4');
    await stream.echoes('W4');
  },
});
