import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-unknown',
  title: 'CONNECTION_RESET for an unknown connection is ignored',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  why: 'It arrives late, when the connection has already ended here.',
  expects: 'It does nothing.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S10');
    stream.inject({ type: MessageType.CONNECTION_RESET, connectionId: otherId(stream.connectionId, 77) });
    await stream.echoes('S10');
  },
});
