import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/data-of-unknown',
  title: 'DATA of an unknown connection does not reach another connection',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  why: 'Late bytes of a closed connection would corrupt a live one.',
  expects: 'The client drops the bytes, or ends the stream. No application receives them.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S9');
    stream.inject({
      type: MessageType.DATA,
      connectionId: otherId(stream.connectionId, 77),
      payload: trial.bytes(64),
    });
    await trial.survives({ rule: 'S9', stream, trigger: 'data-of-an-unknown-connection' });
  },
});
