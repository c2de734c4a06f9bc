import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/same-id-on-two-services',
  title: 'Streams of different services may have the same id',
  rules: ['S14'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'The reference proxy counts from 1 for each service.',
  expects:
    'Service id and stream id together identify a stream. The end of one stream has no effect on the other.',
  run: async (trial) => {
    const [first, second] = trial.service.services as [string, string];
    const a = await trial.opens({ serviceId: first, ids: { streamId: 7 } });
    const b = await trial.opens({ serviceId: second, ids: { streamId: 7 } });
    await a.echoes('S14');
    await b.echoes('S14');
    await a.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    await b.echoes('S14');
  },
});
