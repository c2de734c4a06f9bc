import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v3-source-meets-v2',
  title: 'A V3 source copes with a V2 peer, which answers CONNECTION_START with STREAM_RESET',
  rules: ['X2', 'S11'],
  role: 'source',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'Operators update first: their browser opens a second connection, and the device knows one a stream.',
  expects: 'It closes both local connections, and serves the next application with a new stream.',
  run: async (trial) => {
    const first = await trial.opens();
    await first.echoes('S3');
    const second = await trial.opens({ on: first });
    first.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
    for (const stream of [first, second]) {
      await stream.appIsClosed({ rule: 'S11', trigger: 'STREAM_RESET' });
    }
    const next = await trial.opens({ blame: { rule: 'X2', trigger: 'STREAM_RESET' } });
    const isNew = next.streamId !== first.streamId;
    trial.check(isNew, { rule: 'X2', symptom: 'goes-on-with-v2-reset' });
  },
});
