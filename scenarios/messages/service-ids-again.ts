import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/service-ids-again',
  title: 'SERVICE_IDS may be repeated',
  rules: ['S1'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'Clients update their map; a stream that runs is not concerned.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S1', 'SHOULD');
    stream.link.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: stage.service.services });
    await stream.echoes('S1', 'SHOULD');
  },
});
