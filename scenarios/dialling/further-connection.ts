import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'dialling/further-connection',
  title: 'The first connection continues while a further one is being dialled, and that one can be reset',
  rules: ['S9', 'S10'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'A browser opens several connections. One that hangs must not stop the page.',
  expects:
    'The client carries bytes on the first connection during the dial, and also after CONNECTION_RESET for the other connection.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    await trial.app.fallsSilent(trial.serviceId);
    const connectionId = otherId(stream.connectionId, 1);
    stream.inject({ type: MessageType.CONNECTION_START, connectionId });
    await stream.echoes({ rule: 'S9', trigger: 'CONNECTION_START' });
    stream.inject({ type: MessageType.CONNECTION_RESET, connectionId });
    await stream.echoes({ rule: 'S10', trigger: 'CONNECTION_RESET' });
    await trial.app.answers(trial.serviceId);
    const next = await trial.opens({ on: stream, ids: { connectionId: otherId(stream.connectionId, 2) } });
    await next.echoes('S9');
  },
});
