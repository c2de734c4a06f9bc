import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-other-stream',
  title: 'CONNECTION_RESET for another stream id is ignored',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  why: 'The reset of an old connection arrives late and kills one that has the same number.',
  expects:
    'It does nothing, since the stream id is not that of its stream. One clause validates stream ids on STREAM_RESET and DATA only (D3): a client that goes by the connection id alone is told so, and not blamed. Its WebSocket stays.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S10');
    stream.inject({ type: MessageType.CONNECTION_RESET, streamId: otherId(stream.streamId, 1) });
    const isTaken = (await stream.fence('S10')) === 'ended' && stream.socket.open;
    if (!isTaken) return stream.echoes('S10');
    stream.app.closes();
    await trial.survives({ rule: 'S10', trigger: 'CONNECTION_RESET', mayEnd: false });
    trial.check(false, {
      rule: 'S10',
      symptom: 'goes-by-connection-id-alone',
      detail: 'one clause validates stream ids on STREAM_RESET and DATA only (D3), so this reading passes',
      force: 'silent',
    });
  },
});
