import { MessageType } from 'tunnel-testbed/protocol';
import { type LiveStream, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/three-services',
  title: 'Three services have one stream each, and the end of one has no effect on the others',
  rules: ['S14', 'S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 3 },
  why: 'AWS allows three services for each tunnel. A client that was tested only with two may confuse the third.',
  expects: 'Each service carries its own bytes, while other streams begin and end.',
  run: async (trial) => {
    const streams: LiveStream[] = [];
    for (const serviceId of trial.service.services) streams.push(await trial.opens({ serviceId }));
    for (const stream of streams) stream.injectData(Buffer.from(`for ${stream.serviceId}`));
    for (const stream of streams) await stream.appReceives(Buffer.from(`for ${stream.serviceId}`), 'S14');
    for (const ended of streams.splice(1, 1)) await ended.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    for (const stream of streams) await stream.echoes({ rule: 'S14', trigger: 'STREAM_RESET' });
  },
});
