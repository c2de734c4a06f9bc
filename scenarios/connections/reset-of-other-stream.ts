import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/reset-of-other-stream',
  title: 'CONNECTION_RESET with another stream id is ignored',
  rules: ['S10'],
  role: 'client',
  versions: ['V3'],
  why: 'The reset of an old connection may arrive late and end a new connection that has the same number.',
  expects:
    'The client does nothing, because the stream id is not that of its stream. One clause validates stream ids only on STREAM_RESET and DATA (D3). So a client that looks only at the connection id passes, and the report mentions it. The client keeps its WebSocket.',
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
      detail: 'one clause validates stream ids only on STREAM_RESET and DATA (D3), so this reading passes',
      force: 'silent',
    });
  },
});
