import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

/** With this many streams, ids from a range of one thousand repeat. */
const MANY = { quick: 300, long: 1000 } as const;

export default scenario({
  id: 'streams/many-ids',
  title: 'The ids of hundreds of streams rarely repeat, and none is 0',
  rules: ['S3', 'M2'],
  role: 'source',
  extraMs: 120_000,
  why: 'If ids come from a small range, late bytes of one stream reach another one. Sometimes the id is 0, which the service refuses.',
  expects: 'The client takes its ids from a large range, or counts. It is a warning if one in ten repeats.',
  run: async (trial) => {
    const ids: number[] = [];
    const count = trial.long ? MANY.long : MANY.quick;
    while (ids.length < count) {
      const stream = await trial.opens();
      ids.push(stream.streamId);
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    }
    const repeated = ids.length - new Set(ids).size;
    trial.check(repeated * 10 < ids.length, {
      rule: 'S3',
      symptom: 'stream-ids-repeat',
      detail: `${repeated} of ${ids.length}`,
      force: 'SHOULD',
    });
  },
});
