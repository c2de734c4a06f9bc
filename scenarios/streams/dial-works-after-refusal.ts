import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/dial-works-after-refusal',
  title: 'After a failed dial the next stream works',
  rules: ['S4'],
  role: 'destination',
  extraMs: 20_000,
  why: 'A service that was restarted must be reachable again.',
  expects: 'The client reports the failed dial with STREAM_RESET, and dials again for the next stream.',
  run: async (trial) => {
    await trial.connected();
    const port = trial.app.ports.get(trial.serviceId)!;
    trial.app.stops(trial.serviceId);
    const socket = await trial.connected();
    socket.inject({ type: MessageType.STREAM_START, ...trial.newIds() });
    const reset = socket.messages.take((m) => m.streamId !== 0);
    await trial.awaits(reset, {
      rule: 'S4',
      symptom: 'refusal-not-reported',
      within: trial.patienceMs + trial.declares.dialMs,
    });
    await trial.app.listens(trial.serviceId, port);
    await (await trial.opens()).echoes('S4');
  },
});
