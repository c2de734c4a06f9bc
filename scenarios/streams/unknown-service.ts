import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/unknown-service',
  title: 'A stream for a service it does not have does not bring it down',
  rules: ['S17'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'Tunnels are rotated to other services while clients run.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S4');
    const address = { ...stage.newAddress('OTHER'), serviceId: 'OTHER' };
    stream.link.inject({ type: MessageType.STREAM_START, ...address });
    await stage.survives(stream, 'S17');
  },
});
