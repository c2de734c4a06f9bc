import { MessageType } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'matrix/service-ids',
  title: 'SERVICE_IDS works, however it arrives',
  rules: ['W4', 'S1'],
  role: 'client',
  versions: ['V2', 'V3'],
  extraMs: 120_000,
  why: 'A client that misses it never listens, or never dials.',
  expects: 'The client starts to serve, however SERVICE_IDS arrives.',
  run: async (trial) => {
    for (const arrival of ARRIVALS) {
      await trial.afresh(async (fresh) => {
        fresh.service.announces = false;
        const socket = await fresh.connected();
        socket.inject(
          { type: MessageType.SERVICE_IDS, availableServiceIds: fresh.service.services },
          arrival,
        );
        const stream = await fresh.opens({ blame: { rule: 'W4', trigger: 'SERVICE_IDS' } });
        await stream.echoes('W4');
      });
    }
  },
});
