import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/old-ids-are-stale',
  title: 'Stream ids of a lost connection mean nothing on the next',
  rules: ['S13', 'S7'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'Otherwise late bytes, sent before the other side noticed the loss, are mixed into the new stream.',
  expects:
    'The client drops messages with a stream id of the lost connection. If the client counts again from the start and uses the same id, it is not judged.',
  run: async (trial) => {
    const old = await trial.opens();
    await old.echoes('S13');
    await old.socket.drops();
    await old.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    const fresh = await trial.opens();
    await fresh.echoes('S13');
    if (fresh.streamId === old.streamId) return; // The client may count from 1 again.
    fresh.socket.inject({ ...old.ids, type: MessageType.DATA, payload: trial.bytes(100) });
    await fresh.echoes('S7');
  },
});
