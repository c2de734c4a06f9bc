import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v3-serves-v2-source',
  title: 'A V3 destination speaks V2 on a stream that started without connection id',
  rules: ['X3'],
  role: 'destination',
  versions: ['V3'],
  why: 'Devices are sometimes updated before the tools of their operators.',
  expects: 'The client dials and carries bytes. It is a warning if its answers carry a connection id.',
  run: async (trial) => {
    const stream = await trial.opens({ ids: { connectionId: 0 } });
    await stream.echoes('X3');
    stream.app.writes(trial.bytes(20));
    const data = await trial.awaits(
      stream.socket.messages.take((m) => m.type === MessageType.DATA && stream.owns(m)),
      { rule: 'X3', symptom: 'not-sent:DATA' },
    );
    trial.check(data.connectionId === 0, {
      rule: 'X3',
      symptom: 'connection-ids-on-v2',
      detail: `${data.connectionId}`,
      force: 'SHOULD',
    });
    await stream.ends({ rule: 'X3', by: MessageType.STREAM_RESET });
    const next = await trial.opens({ ids: { connectionId: 0 } });
    await next.echoes('X3');
  },
});
