import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/data-of-unknown',
  title: 'DATA of an unknown connection does not reach another one',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  why: 'Late bytes of a closed connection would corrupt one that lives.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S9');
    stream.inject({
      type: MessageType.DATA,
      connectionId: otherId(stream.connectionId, 77),
      payload: stage.bytes(64),
    });
    await stage.survives(stream, 'S9');
  },
});
