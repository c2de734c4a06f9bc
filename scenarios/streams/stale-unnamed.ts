import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-unnamed',
  title: 'Stale messages without service id are dropped',
  rules: ['S7', 'X1'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'A V1 peer that was there before leaves some behind; a public client crashes over them.',
  run: async (stage) => {
    const link = await stage.connected();
    const stale = { streamId: stage.newStreamId(), serviceId: '' };
    const stream = await stage.opens();
    await stream.echoes('S7');
    link.inject({ ...stale, type: MessageType.DATA, payload: stage.bytes(50) });
    link.inject({ ...stale, type: MessageType.STREAM_RESET });
    await stream.echoes('S7');
  },
});
