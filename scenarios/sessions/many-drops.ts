import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/many-drops',
  title: 'It comes back again and again',
  rules: ['S13', 'S17'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 300_000,
  why: 'A client on a bad link reconnects thousands of times.',
  run: async (stage) => {
    for (let i = 0; i < (stage.long ? 50 : 3); i++) {
      const stream = await stage.opens();
      await stream.echoes('S13');
      stream.link.drop();
      await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
      stream.app.closes();
      await stage.connected();
    }
    await (await stage.opens()).echoes('S13');
  },
});
