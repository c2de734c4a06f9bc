import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-starts',
  title: 'A flood of starts and resets does no harm',
  rules: ['S17', 'S4'],
  role: 'destination',
  why: 'A source sends them if its application tries again and again.',
  expects: 'Afterwards the client serves a new stream, on this WebSocket or the next.',
  run: async (trial) => {
    await trial.connected();
    const socket = await trial.connected();
    for (let i = 0; i < 100; i++) {
      const ids = trial.newIds();
      socket.inject({ ...ids, type: MessageType.STREAM_START });
      socket.inject({ ...ids, type: MessageType.STREAM_RESET });
    }
    await trial.survives({ rule: 'S17', mayEnd: false, trigger: 'flood-of-starts' });
  },
});
