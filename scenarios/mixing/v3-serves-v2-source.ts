import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v3-serves-v2-source',
  title: 'A V3 destination speaks V2 on a stream started without connection id',
  rules: ['X3'],
  role: 'destination',
  versions: ['V3'],
  why: 'Devices are updated before the tools of their operators.',
  run: async (stage) => {
    await stage.client.connects();
    const stream = await stage.startsStream({ address: { connectionId: 0 } });
    await stream.echoes('X3');
    stream.app.writes(stage.bytes(20));
    const data = await stage.client.sends(MessageType.DATA, 'X3', (m) => stream.owns(m));
    stage.check(
      data.connectionId === 0,
      'X3',
      'it sends connection ids on a V2 stream',
      `${data.connectionId}`,
      'SHOULD',
    );
    stream.inject({ type: MessageType.STREAM_RESET });
    await stream.appIsClosed('X3', 'it left the local connection open after STREAM_RESET');
    const next = await stage.startsStream({ address: { connectionId: 0 } });
    await next.echoes('X3');
  },
});
