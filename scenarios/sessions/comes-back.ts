import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/comes-back',
  title: 'After a loss it comes back and starts anew',
  rules: ['S13'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'Networks fail; a device that does not come back must be visited.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S13');
    stream.link.drop();
    await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
    stream.app.closes();
    await stage.lives('S13', false);
  },
});
