import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/service-ids-again',
  title: 'SERVICE_IDS may be repeated',
  rules: ['S1'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'Clients then update their list of services. A running stream is not affected.',
  expects: 'The client updates its list, and the running stream continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes({ rule: 'S1', force: 'SHOULD' });
    stream.socket.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: trial.service.services });
    await stream.echoes({ rule: 'S1', force: 'SHOULD' });
  },
});
