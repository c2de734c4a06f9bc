import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-when-idle-at-a-source',
  title: 'CONNECTION_START without a stream does not bring a source down',
  rules: ['S17'],
  role: 'source',
  versions: ['V3'],
  why: 'Nothing the peer sends may.',
  expects: 'It ignores the message or closes its WebSocket, and serves the next application.',
  run: async (trial) => {
    const socket = await trial.connected();
    socket.inject({ ...trial.newIds(), type: MessageType.CONNECTION_START });
    await trial.survives({ rule: 'S17', trigger: 'CONNECTION_START' });
  },
});
