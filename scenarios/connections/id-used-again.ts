import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/id-used-again',
  title: 'A connection id can be used again after its connection was reset',
  rules: ['S9', 'S10'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'A source with few ids uses the lowest free one. If that does not work, all its further connections are refused.',
  expects:
    'For a CONNECTION_START with an id whose connection has ended, the client dials again and carries bytes.',
  run: async (trial) => {
    const first = await trial.opens();
    await first.echoes('S4');
    const connectionId = otherId(first.connectionId, 1);
    for (const round of [1, 2, 3]) {
      const again = await trial.opens({ on: first, ids: { connectionId } });
      await again.echoes({ rule: 'S9', trigger: round === 1 ? 'CONNECTION_START' : 'CONNECTION_RESET' });
      await again.ends({ rule: 'S10', by: MessageType.CONNECTION_RESET });
    }
    await first.echoes('S10');
  },
});
