import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/new-id-each-time',
  title: 'Each stream has another id than the one before',
  rules: ['S3'],
  role: 'source',
  why: 'Otherwise a late message of the old stream looks like one of the new stream.',
  expects: 'Two streams in a row have different ids.',
  run: async (trial) => {
    const first = await trial.opens();
    await first.echoes('S3');
    await first.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    const second = await trial.opens();
    trial.check(second.streamId !== first.streamId, {
      rule: 'S3',
      symptom: 'stream-id-used-again',
      detail: `${first.streamId}`,
    });
  },
});
