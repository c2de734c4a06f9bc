import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/replaced-by-start',
  title: 'A new STREAM_START replaces the active stream',
  rules: ['S5'],
  role: 'destination',
  why: 'The source may have come back, and starts anew without a reset.',
  run: async (stage) => {
    const old = await stage.opens();
    await old.echoes('S4');
    const address = stage.newAddress();
    old.link.inject({ type: MessageType.STREAM_START, ...address });
    const symptom = 'a STREAM_START that replaces a stream is not dialled';
    const dialled = stage.app.accepted(stage.serviceId);
    const app = await stage.client.awaits(dialled, 'S5', symptom, undefined, 'SHOULD');
    const bytes = stage.bytes(1000);
    old.link.inject({ type: MessageType.DATA, ...address, payload: bytes });
    const got = await stage.client.awaits(
      app.arrives(1000),
      'S5',
      'the new stream carries nothing',
      undefined,
      'SHOULD',
    );
    stage.check(got.equals(bytes), 'S5', 'the new stream carries other bytes', '', 'SHOULD');
    await old.appIsClosed('S5', 'it left the connection of the replaced stream open', 'SHOULD');
    app.writes(bytes);
    let held = 0;
    while (held < bytes.length) {
      const data = await stage.client.sends(MessageType.DATA, 'S5', (m) => m.streamId === address.streamId);
      held += data.payload.length;
    }
    // A STREAM_RESET may tell of the old stream, not of the one that works.
    const wrong = old.link.messages.untaken.find(
      (m) => m.type === MessageType.STREAM_RESET && m.streamId === address.streamId,
    );
    stage.check(wrong === undefined, 'S5', 'it reset the new stream instead of the replaced one');
  },
});
