import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-unnamed',
  title: 'Stale messages without service id are dropped',
  rules: ['S7', 'X1'],
  role: 'client',
  versions: ['V2', 'V3'],
  why: 'A V1 peer that was connected before may leave such messages. A public client crashes because of them.',
  expects:
    'The client drops messages with another stream id. The guides also allow it to treat messages of another format as an error (M13, D13). Then it ends the stream or the session, and serves the next stream.',
  run: async (trial) => {
    const socket = await trial.connected();
    const stale = { streamId: trial.newIds().streamId, serviceId: '' };
    const stream = await trial.opens();
    await stream.echoes('S7');
    socket.inject({ ...stale, type: MessageType.DATA, payload: trial.bytes(50) });
    // A client that treats another format as an error (M13) does so here.
    if ((await stream.fence('S7')) === 'ended')
      return trial.survives({ rule: 'S7', stream, trigger: 'unnamed-messages' });
    // Any other client has no reason to end the stream because of a reset with another id.
    socket.inject({ ...stale, type: MessageType.STREAM_RESET });
    const isRefused = (await stream.fence('S7')) === 'ended' && !socket.open;
    if (isRefused) await trial.survives({ rule: 'S7', stream, trigger: 'unnamed-messages' });
    else await stream.echoes('S7');
  },
});
