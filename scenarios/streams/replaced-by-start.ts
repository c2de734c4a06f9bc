import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/replaced-by-start',
  title: 'A new STREAM_START replaces the active stream',
  rules: ['S5'],
  role: 'destination',
  why: 'The source may have reconnected, and starts again without a reset.',
  expects:
    'The client dials for the new stream and closes the connection of the old one. It may send STREAM_RESET for the old one.',
  run: async (trial) => {
    const old = await trial.opens();
    await old.echoes('S4');
    const ids = trial.newIds();
    old.socket.inject({ type: MessageType.STREAM_START, ...ids });
    const dialled = trial.app.accepted(trial.serviceId);
    const app = await trial.awaits(dialled, {
      rule: 'S5',
      symptom: 'replacing-start-not-dialled',
      force: 'SHOULD',
    });
    const bytes = trial.bytes(1000);
    old.socket.inject({ type: MessageType.DATA, ...ids, payload: bytes });
    const got = await trial.awaits(app.arrives(1000), {
      rule: 'S5',
      symptom: 'replacement-carries-nothing',
      force: 'SHOULD',
    });
    trial.check(got.equals(bytes), { rule: 'S5', symptom: 'replacement-changes-bytes', force: 'SHOULD' });
    await old.appIsClosed({ rule: 'S5', symptom: 'left-replaced-connection-open', force: 'SHOULD' });
    app.writes(bytes);
    let held = 0;
    while (held < bytes.length) {
      const data = await trial.awaits(
        old.socket.messages.take((m) => m.type === MessageType.DATA && m.streamId === ids.streamId),
        { rule: 'S5', symptom: 'not-sent:DATA' },
      );
      held += data.payload.length;
    }
    // A STREAM_RESET may report the end of the old stream, but not of the new one.
    const wrong = old.socket.messages.untaken.find(
      (m) => m.type === MessageType.STREAM_RESET && m.streamId === ids.streamId,
    );
    trial.check(wrong === undefined, { rule: 'S5', symptom: 'resets-new-stream' });
  },
});
