import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/starts-anew-after-reset',
  title: 'After STREAM_RESET the next connection starts a stream',
  rules: ['S11', 'S3'],
  role: 'source',
  versions: ['V3'],
  why: 'CONNECTION_START belongs to a live stream: on one that has ended the other side does not dial.',
  run: async (stage) => {
    const old = await stage.opens();
    await old.echoes('S3');
    old.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
    await old.appIsClosed('S11', 'it left a connection open after STREAM_RESET');
    old.app.closes();
    old.link.messages.drain();
    const app = await stage.app.connects(stage.serviceId);
    app.writes(stage.bytes(16));
    const { type } = await stage.client.awaits(
      old.link.messages.take(
        (m) => m.type === MessageType.STREAM_START || m.type === MessageType.CONNECTION_START,
      ),
      'S3',
      'a TCP connection brought no STREAM_START',
    );
    const isNew = type === MessageType.STREAM_START;
    stage.check(isNew, 'S11', 'it goes on with a stream that was reset');
  },
});
