import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/half-header-drop',
  title: 'A drop within a WebSocket frame does no harm',
  rules: ['S13'],
  role: 'client',
  extraMs: 20_000,
  why: 'TCP ends anywhere.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S13');
    stream.link.injectBytes(Buffer.from([0x82, 126, 1]), 'three bytes of a WebSocket header');
    stream.link.drop();
    await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
    stream.app.closes();
    await stage.lives('S13');
  },
});
