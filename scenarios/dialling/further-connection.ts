import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'dialling/further-connection',
  title: 'The first connection goes on while a further one is not answered, and that one can be reset',
  rules: ['S9', 'S10'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'A browser opens several connections: one that hangs must not stop the page.',
  expects:
    'It carries bytes on the first connection meanwhile, and after CONNECTION_RESET for the other one, too.',
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
