import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/services-are-independent',
  title: "The end of one service's stream has no effect on the other",
  rules: ['S14'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'One broken browser tab must not end the SSH session.',
  expects: 'The stream of the other service continues, and the ended one can be started again.',
  run: async (trial) => {
    const [first, second] = trial.service.services as [string, string];
    const a = await trial.opens({ serviceId: first });
    const b = await trial.opens({ serviceId: second });
    await a.echoes('S14');
    await b.echoes('S14');
    await a.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    await b.echoes('S14');
    a.app.closes();
    const again = await trial.opens({ serviceId: first });
    await again.echoes('S14');
    await b.echoes('S14');
  },
});
