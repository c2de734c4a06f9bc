import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/all-ignorable',
  title: 'Messages of known types that are marked ignorable have their usual effect',
  rules: ['M10', 'S4', 'S8'],
  role: 'client',
  why: 'A client may ignore only types that it does not know. Some public clients mark all messages that they send.',
  expects: 'The client handles starts, bytes and ends as if they were not marked.',
  run: async (trial) => {
    const ignorable = true;
    const socket = await trial.connected();
    if (trial.role === 'source') {
      const stream = await trial.opens();
      await stream.echoes('M10');
      stream.inject({ type: MessageType.STREAM_RESET, connectionId: 0, ignorable });
      await stream.appIsClosed({ rule: 'M10', trigger: 'STREAM_RESET' });
      return;
    }
    const ids = trial.newIds();
    const bytes = trial.bytes(50);
    const accepted = trial.app.accepted(trial.serviceId);
    socket.inject({ ...ids, type: MessageType.STREAM_START, ignorable });
    socket.inject({ ...ids, type: MessageType.DATA, payload: bytes, ignorable });
    const within = trial.patienceMs + trial.declares.dialMs;
    const app = await trial.awaits(accepted, { rule: 'M10', symptom: 'did-not-dial', within });
    const nothing = { rule: 'M10', symptom: 'nothing-to-application' } as const;
    const got = await trial.awaits(app.arrives(bytes.length), nothing);
    trial.check(got.equals(bytes), { rule: 'M10', symptom: 'changed-to-application' });
    socket.inject({ ...ids, connectionId: 0, type: MessageType.STREAM_RESET, ignorable });
    const open = { rule: 'M10', symptom: 'left-connection-open', trigger: 'STREAM_RESET' } as const;
    await trial.awaits(app.ended, open);
  },
});
