import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/refused-dial-is-reported',
  title: 'A target that cannot be reached is reported',
  rules: ['S4'],
  role: 'destination',
  extraMs: 20_000,
  why: 'Otherwise the application at the source hangs.',
  expects:
    'The client tries for as long as it declares. Then it sends STREAM_RESET with the ids of the stream that it could not dial.',
  run: async (trial) => {
    await trial.connected();
    trial.app.stops(trial.serviceId);
    const ids = trial.newIds();
    const socket = await trial.connected();
    socket.inject({ type: MessageType.STREAM_START, ...ids });
    const reset = socket.messages.take(
      (m) => m.type === MessageType.STREAM_RESET || m.type === MessageType.CONNECTION_RESET,
    );
    const wait = trial.patienceMs + trial.declares.dialMs;
    const { streamId, serviceId } = await trial.awaits(reset, {
      rule: 'S4',
      symptom: 'refusal-not-reported',
      within: wait,
    });
    trial.check(streamId === ids.streamId, {
      rule: 'S4',
      symptom: 'refusal-of-another-stream',
      detail: `${streamId}`,
    });
    const same = serviceId === ids.serviceId || trial.version === 'V1';
    trial.check(same, { rule: 'S4', symptom: 'refusal-of-another-service', detail: serviceId });
  },
});
