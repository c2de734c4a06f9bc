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
  expects:
    'It drops what carries a stream id of the lost connection. Where it counts its ids anew and meets the same one, it is not asked.',
  run: async (trial) => {
    const old = await trial.opens();
    await old.echoes('S13');
    await old.socket.drops();
    await old.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    const fresh = await trial.opens();
    await fresh.echoes('S13');
    if (fresh.streamId === old.streamId) return; // It may count from 1 again.
    fresh.socket.inject({ ...old.ids, type: MessageType.DATA, payload: trial.bytes(100) });
    await fresh.echoes('S7');
  },
});
