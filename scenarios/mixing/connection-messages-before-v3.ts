import { MessageType, messageTypeName } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

const { CONNECTION_START, CONNECTION_RESET } = MessageType;

/** Both messages, each for the only connection (1) and for a further one (2). */
const CASES = [CONNECTION_START, CONNECTION_RESET].flatMap((type) =>
  [1, 2].map((connectionId) => ({ type, connectionId })),
);

export default CASES.map(({ type, connectionId }) => {
  const name = messageTypeName(type);
  return scenario({
    id: `mixing/v2-gets-${name.toLowerCase().replace('_', '-')}-${connectionId}`,
    title: `${name} of connection ${connectionId} does not stop a client that does not know the message`,
    rules: ['X2', 'M10'],
    role: 'client',
    versions: ['V1', 'V2'],
    why: 'The client answers with STREAM_RESET or ignores the message. It must not go deaf.',
    expects:
      'The client answers with STREAM_RESET, ignores the message, or ends its WebSocket. Then it serves the next application.',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('X2');
      stream.inject({ type, connectionId });
      await trial.survives({ rule: 'X2', stream, trigger: { code: name, text: name } });
    },
  });
});
