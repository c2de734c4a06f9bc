import { MessageType, messageTypeName } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default [MessageType.CONNECTION_START, MessageType.CONNECTION_RESET].map((type) => {
  const name = messageTypeName(type);
  return scenario({
    id: `mixing/${name.toLowerCase().replace('_', '-')}-on-v2-stream`,
    title: `${name} on a stream that speaks V2 is an error, and does no other harm`,
    rules: ['X3', 'S17'],
    role: 'destination',
    versions: ['V3'],
    why: 'The stream has no connections that could start or end. A client ignores the message, or ends the stream. It must not go deaf.',
    expects:
      'The client ignores the message, or ends the stream or its WebSocket. Then it serves the next application.',
    run: async (trial) => {
      const stream = await trial.opens({ ids: { connectionId: 0 } });
      await stream.echoes('X3');
      stream.inject({ type, connectionId: 2 });
      await trial.survives({ rule: 'X3', stream, trigger: { code: name, text: name } });
    },
  });
});
