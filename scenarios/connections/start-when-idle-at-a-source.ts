import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-when-idle-at-a-source',
  title: 'CONNECTION_START without a stream does not stop a source',
  rules: ['S17'],
  role: 'source',
  versions: ['V3'],
  why: 'No message of the peer may stop a client.',
  expects: 'The client ignores the message or closes its WebSocket, and serves the next application.',
  run: async (trial) => {
    const socket = await trial.connected();
    socket.inject({ ...trial.newIds(), type: MessageType.CONNECTION_START });
    await trial.survives({ rule: 'S17', trigger: 'CONNECTION_START' });
  },
});
