import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-is-an-error-for-a-source',
  title: 'A source treats CONNECTION_START as an error',
  rules: ['S9'],
  role: 'source',
  versions: ['V3'],
  why: 'The message means that both sides work as a source.',
  expects:
    'The client closes the connection, ends the stream or its WebSocket, or ignores the message. It does not crash and does not go deaf.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S9');
    stream.inject({ type: MessageType.CONNECTION_START, connectionId: otherId(stream.connectionId, 1) });
    await trial.survives({ rule: 'S9', stream, trigger: 'CONNECTION_START' });
  },
});
