import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/new-id-each-time',
  title: 'Each stream gets another id than the one before',
  rules: ['S3'],
  role: 'source',
  why: 'A late message of the old stream would be taken for one of the new.',
  run: async (stage) => {
    const first = await stage.opens();
    await first.echoes('S3');
    first.inject({ type: MessageType.STREAM_RESET });
    await first.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
    first.app.closes();
    const second = await stage.opens();
    stage.check(
      second.streamId !== first.streamId,
      'S3',
      'it used a stream id again at once',
      `${first.streamId}`,
    );
  },
});
