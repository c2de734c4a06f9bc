import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-during-transfer',
  title: 'A loss in the middle of a transfer does no harm',
  rules: ['S13', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'Networks often fail during a transfer.',
  expects:
    'The client closes the local connection, reconnects and serves the next stream. If it does not declare that it reconnects, it ends or stays without a crash. Bytes that were on their way may be lost.',
  run: async (trial) => {
    const stream = await trial.opens();
    stream.injectData(trial.bytes(300_000));
    stream.app.writes(trial.bytes(300_000));
    const first = stream.socket.messages.take((m) => m.type === MessageType.DATA && stream.owns(m));
    await trial.awaits(first, { rule: 'S13', symptom: 'nothing-to-tunnel' });
    // The loss must happen while bytes are on their way in both directions.
    await stream.socket.drops('at once');
    stream.app.readsAgain();
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
