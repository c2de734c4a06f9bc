import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/services-are-independent',
  title: "The end of one service's stream leaves the other alone",
  rules: ['S14'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'One broken browser tab must not end the SSH session.',
  run: async (stage) => {
    const [first, second] = stage.service.services as [string, string];
    const a = await stage.opens({ serviceId: first });
    const b = await stage.opens({ serviceId: second });
    await a.echoes('S14');
    await b.echoes('S14');
    a.inject({ type: MessageType.STREAM_RESET });
    await a.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
    await b.echoes('S14');
    a.app.closes();
    const again = await stage.opens({ serviceId: first });
    await again.echoes('S14');
    await b.echoes('S14');
  },
});
