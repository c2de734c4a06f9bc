import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-when-idle-at-a-source',
  title: 'CONNECTION_START without a stream does not bring a source down',
  rules: ['S17'],
  role: 'source',
  versions: ['V3'],
  why: 'Nothing the peer sends may.',
  run: async (stage) => {
    const link = await stage.connected();
    link.inject({ ...stage.newAddress(), type: MessageType.CONNECTION_START });
    await stage.lives('S17');
  },
});
