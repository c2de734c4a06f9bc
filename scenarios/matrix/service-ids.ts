import { MessageType } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'matrix/service-ids',
  title: 'SERVICE_IDS is understood however it arrives',
  rules: ['W4', 'S1'],
  role: 'client',
  versions: ['V2', 'V3'],
  extraMs: 120_000,
  why: 'A client that misses it never listens, or never dials.',
  run: async (stage) => {
    for (const arrival of ARRIVALS) {
      await stage.afresh(async (fresh) => {
        fresh.service.announces = false;
        const link = await fresh.client.connects();
        link.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: fresh.service.services }, arrival);
        const stream = await fresh.stillOpens('W4');
        await stream.echoes('W4');
      });
    }
  },
});
