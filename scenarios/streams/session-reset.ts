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
  run: async (stage) => {
    const streams = [];
    for (const serviceId of stage.service.services) streams.push(await stage.opens({ serviceId }));
    for (const stream of streams) await stream.echoes('S12');
    streams[0]!.link.inject({ type: MessageType.SESSION_RESET });
    for (const stream of streams) {
      await stream.appIsClosed('S12', 'it left a local connection open after SESSION_RESET');
      stream.app.closes();
    }
    await stage.lives('S12');
  },
});
