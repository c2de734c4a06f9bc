import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-unnamed',
  title: 'Stale messages without service id are dropped',
  rules: ['S7', 'X1'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'A V1 peer that was there before leaves some behind; a public client crashes over them.',
  expects:
    'It drops messages of another stream id; or it takes messages of another format for an error and ends the session, as the guides allow (M13), and serves again.',
  run: async (trial) => {
    const socket = await trial.connected();
    const stale = { streamId: trial.newIds().streamId, serviceId: '' };
    const stream = await trial.opens();
    await stream.echoes('S7');
    socket.inject({ ...stale, type: MessageType.DATA, payload: trial.bytes(50) });
    socket.inject({ ...stale, type: MessageType.STREAM_RESET });
    const outcome = await stream.fence('S7');
    // Another format within a session may be taken for an error (M13).
    if (outcome === 'ended' && !socket.open)
      await trial.survives({ rule: 'S7', stream, trigger: 'unnamed-messages' });
    else await stream.echoes('S7');
  },
});
