import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/session-reset',
  title: 'SESSION_RESET closes every active stream',
  rules: ['S12'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'The service lost data: what goes on after it is corrupt.',
  expects: 'It closes the local connections of all streams, then serves the next application.',
  run: async (trial) => {
    const streams = [];
    for (const serviceId of trial.service.services) streams.push(await trial.opens({ serviceId }));
    for (const stream of streams) await stream.echoes('S12');
    streams[0]!.socket.inject({ type: MessageType.SESSION_RESET });
    for (const stream of streams) {
      await stream.appIsClosed({ rule: 'S12', trigger: 'SESSION_RESET' });
    }
    await trial.survives({ rule: 'S12', trigger: 'SESSION_RESET' });
  },
});
