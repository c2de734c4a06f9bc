import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/byte-by-byte',
  title: 'A frame may come byte by byte',
  rules: ['W4'],
  role: 'client',
  why: 'WebSocket boundaries mean nothing.',
  run: async (stage) => {
    const stream = await stage.opens();
    const payload = stage.bytes(300);
    stream.injectData(payload, 'bytewise');
    await stream.appReceives(payload, 'W4');
    await stream.echoes('W4');
  },
});
