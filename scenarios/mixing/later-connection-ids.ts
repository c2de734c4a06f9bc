import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/later-connection-ids',
  title: 'Connection ids on a V2 stream are ignored',
  rules: ['X3'],
  role: 'destination',
  versions: ['V3'],
  why: 'The stream has one connection, whatever number a message carries.',
  run: async (stage) => {
    await stage.client.connects();
    const stream = await stage.startsStream({ address: { connectionId: 0 } });
    await stream.echoes('X3');
    const [named, fence] = [stage.bytes(24), stage.bytes(24)];
    stream.inject({ type: MessageType.DATA, connectionId: 5, payload: named });
    stream.injectData(fence);
    // What is ignored, the id or the message, is a matter of reading; the stream goes on either way.
    const symptom = 'a V2 stream carries nothing after a message with a connection id';
    const got = await stage.client.awaits(stream.app.arrives(24), 'X3', symptom);
    stage.check(got.equals(named) || got.equals(fence), 'X3', symptom);
    if (got.equals(named)) await stream.appReceives(fence, 'X3');
    stream.app.writes(fence);
    const data = await stage.client.sends(MessageType.DATA, 'X3', (m) => m.streamId === stream.streamId);
    const { connectionId } = data;
    stage.check(
      connectionId === 0,
      'X3',
      'it took over a connection id on a V2 stream',
      `${connectionId}`,
      'SHOULD',
    );
    stream.inject({ type: MessageType.STREAM_RESET, connectionId: 5 });
    await stream.appIsClosed('X3', 'it left the local connection open after STREAM_RESET');
  },
});
