import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/half-close-keeps-bytes',
  title: 'Bytes before a half-close arrive',
  rules: ['S8'],
  role: 'client',
  why: 'A program that sends its request and closes its sending half must not lose the request.',
  run: async (stage) => {
    const stream = await stage.opens();
    const bytes = stage.bytes(300_000);
    stream.app.writes(bytes);
    stream.app.halfCloses();
    await stream.serviceReceivesAll(bytes, 'S8');
    stream.app.closes();
  },
});
