import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/old-ids-are-stale',
  title: 'Stream ids of a lost connection mean nothing on the next',
  rules: ['S13', 'S7'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'What the other side sent before it noticed would be mixed into the new stream.',
  run: async (stage) => {
    const old = await stage.opens();
    await old.echoes('S13');
    old.link.drop();
    await old.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
    old.app.closes();
    await stage.connected();
    const fresh = await stage.opens();
    await fresh.echoes('S13');
    if (fresh.streamId === old.streamId) return; // It may count from 1 again.
    fresh.link.inject({ ...old.address, type: MessageType.DATA, payload: stage.bytes(100) });
    await fresh.echoes('S7');
  },
});
