import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/same-id-on-two-services',
  title: 'Streams of different services may have the same id',
  rules: ['S14'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'The reference proxy counts from 1 on each service.',
  run: async (stage) => {
    const [first, second] = stage.service.services as [string, string];
    await stage.client.connects();
    const a = await stage.startsStream({ serviceId: first, address: { streamId: 7 } });
    const b = await stage.startsStream({ serviceId: second, address: { streamId: 7 } });
    await a.echoes('S14');
    await b.echoes('S14');
    a.inject({ type: MessageType.STREAM_RESET });
    await a.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
    await b.echoes('S14');
  },
});
