import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

/** Enough that ids drawn from a thousand repeat. */
const MANY = { quick: 300, long: 1000 } as const;

export default scenario({
  id: 'streams/many-ids',
  title: 'The ids of hundreds of streams rarely repeat, and none is 0',
  rules: ['S3', 'M2'],
  role: 'source',
  extraMs: 120_000,
  why: 'Ids drawn from a small space bring late bytes of one stream to another, and 0 now and then, which the service refuses.',
  expects: 'It draws its ids from a large space or counts. Ids of which every tenth repeats are a warning.',
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
