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
  run: async (stage) => {
    const first = await stage.opens();
    await first.echoes('S3');
    const second = await stage.opensAnother(first);
    first.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
    for (const stream of [first, second]) {
      await stream.appIsClosed('S11', 'it left a connection open after STREAM_RESET');
      stream.app.closes();
    }
    const next = await stage.stillOpens('X2');
    const isNew = next.streamId !== first.streamId;
    stage.check(isNew, 'X2', 'it goes on with the stream that a V2 peer has reset');
  },
});
