import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-unknown',
  title: 'CONNECTION_RESET for an unknown connection is ignored',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  why: 'The message may arrive late, after the connection has ended at this side.',
  expects: 'The client does nothing.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S10');
    stream.inject({ type: MessageType.CONNECTION_RESET, connectionId: otherId(stream.connectionId, 77) });
    await stream.echoes('S10');
  },
});
