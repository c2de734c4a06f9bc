import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-one',
  title: 'CONNECTION_RESET ends one connection only',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'One closed browser connection must not end the others.',
  run: async (stage) => {
    const a = await stage.opens();
    const b = await stage.opensAnother(a);
    await a.echoes('S9');
    b.inject({ type: MessageType.CONNECTION_RESET });
    await b.appIsClosed('S10', 'it left the local connection open after CONNECTION_RESET');
    await a.echoes('S10');
    const c = await stage.opensAnother(a, 3);
    await c.echoes('S10');
  },
});
