import { MessageType } from 'tunnel-testbed/protocol';
import { type LiveStream, scenario } from 'tunnel-testbed/scenarios';

const SERVICES = 20;

export default scenario({
  id: 'streams/twenty-services',
  title: 'Twenty services have one stream each, and each carries its own bytes',
  rules: ['S14', 'S2'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: SERVICES },
  extraMs: 30_000,
  why: 'The limit of three services can be raised. A client with a small table loses the others.',
  expects:
    'The client serves each service, as many as it declares. When every second stream has ended, the others continue.',
  run: async (trial) => {
    const streams: LiveStream[] = [];
    for (const serviceId of trial.service.services) streams.push(await trial.opens({ serviceId }));
    for (const stream of streams) await stream.echoes('S14');
    const [ending, staying] = [0, 1].map((rest) => streams.filter((_, i) => i % 2 === rest)) as [
      LiveStream[],
      LiveStream[],
    ];
    for (const stream of ending) await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    for (const stream of staying) await stream.echoes({ rule: 'S14', trigger: 'STREAM_RESET' });
  },
});
