import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/session-reset',
  title: 'SESSION_RESET closes every active stream',
  rules: ['S12'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'SESSION_RESET means that the service lost data. A stream that continues after it is corrupt.',
  expects: 'The client closes the local connections of all streams. Then it serves the next application.',
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
