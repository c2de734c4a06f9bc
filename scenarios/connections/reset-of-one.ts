import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-one',
  title: 'CONNECTION_RESET ends only one connection',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'One closed browser connection must not end the others.',
  expects: 'The client closes the local connection that CONNECTION_RESET names, and no other.',
  run: async (trial) => {
    const a = await trial.opens();
    const b = await trial.opens({ on: a });
    await a.echoes('S9');
    b.inject({ type: MessageType.CONNECTION_RESET });
    await b.appIsClosed({ rule: 'S10', trigger: 'CONNECTION_RESET' });
    await a.echoes('S10');
    const c = await trial.opens({ on: a, ids: { connectionId: 3 } });
    await c.echoes('S10');
  },
});
