import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/start-without-service-id',
  title: 'A stream without service id belongs to the only service',
  rules: ['X1', 'M12'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'A V1 operator with a V2 or V3 device is a supported pair.',
  run: async (stage) => {
    await stage.client.connects();
    const address = { streamId: stage.newStreamId(), serviceId: '', connectionId: 0 };
    const { link } = stage.client;
    link.inject({ type: MessageType.STREAM_START, ...address });
    const dialled = stage.app.accepted(stage.serviceId);
    const app = await stage.client.awaits(
      dialled,
      'X1',
      'it does not dial for a STREAM_START without service id',
    );
    const payload = stage.bytes(50);
    link.inject({ type: MessageType.DATA, ...address, payload });
    const got = await stage.client.awaits(
      app.arrives(50),
      'X1',
      'a stream without service id carries nothing',
    );
    stage.check(got.equals(payload), 'X1', 'a stream without service id carries other bytes');
    app.writes(payload);
    const back = await stage.client.sends(MessageType.DATA, 'X1', (m) => m.streamId === address.streamId);
    stage.check(
      back.serviceId === '',
      'X1',
      'it names a service on a stream that was started without',
      back.serviceId,
      'SHOULD',
    );
  },
});
