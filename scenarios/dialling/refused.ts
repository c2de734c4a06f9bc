import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'dialling/refused',
  title: 'The end of a stream whose target refuses leaves nothing behind',
  rules: ['S4', 'S8', 'S12'],
  role: 'destination',
  why: 'A client waits between two tries. It must not forget an end that arrives in that time, and must not end the next stream for it.',
  expects:
    'The client stops trying, or closes a connection that it still makes. Then it serves the next stream.',
  run: async (trial) => {
    const socket = await trial.connected();
    for (const type of ['STREAM_RESET', 'SESSION_RESET'] as const) {
      trial.app.stops(trial.serviceId);
      const ids = trial.newIds();
      socket.inject({ ...ids, type: MessageType.STREAM_START });
      await socket.settles();
      const end = type === 'STREAM_RESET' ? { ...ids, connectionId: 0 } : {};
      socket.inject({ ...end, type: MessageType[type] });
      await socket.settles();
      await trial.app.answers(trial.serviceId);
      await trial.survives({ rule: 'S4', trigger: type });
      if (!socket.open) return;
    }
  },
});
