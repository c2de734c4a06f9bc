import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/start-without-service-id',
  title: 'A stream without service id belongs to the only service',
  rules: ['X1', 'M12'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'A V1 operator with a V2 or V3 device is a supported pair.',
  expects:
    'The client dials the target of the only service and carries bytes. It is a warning if its answers name the service.',
  run: async (trial) => {
    const ids = { streamId: trial.newIds().streamId, serviceId: '', connectionId: 0 };
    const socket = await trial.connected();
    socket.inject({ type: MessageType.STREAM_START, ...ids });
    const dialled = trial.app.accepted(trial.serviceId);
    const app = await trial.awaits(dialled, { rule: 'X1', symptom: 'unnamed-start-not-dialled' });
    const payload = trial.bytes(50);
    socket.inject({ type: MessageType.DATA, ...ids, payload });
    const got = await trial.awaits(app.arrives(50), {
      rule: 'X1',
      symptom: 'unnamed-stream-carries-nothing',
    });
    trial.check(got.equals(payload), { rule: 'X1', symptom: 'unnamed-stream-changes-bytes' });
    app.writes(payload);
    const back = await trial.awaits(
      socket.messages.take((m) => m.type === MessageType.DATA && m.streamId === ids.streamId),
      { rule: 'X1', symptom: 'not-sent:DATA' },
    );
    trial.check(back.serviceId === '', {
      rule: 'X1',
      symptom: 'names-service-of-unnamed-stream',
      detail: back.serviceId,
      force: 'SHOULD',
    });
  },
});
