import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/later-connection-ids',
  title: 'Connection ids on a V2 stream are ignored',
  rules: ['X3'],
  role: 'destination',
  versions: ['V3'],
  why: 'The stream has only one connection, whatever number a message carries.',
  expects:
    'The stream continues: the client ignores the id, or the message that carries it. It is a warning if the client itself sends connection ids.',
  run: async (trial) => {
    const stream = await trial.opens({ ids: { connectionId: 0 } });
    await stream.echoes('X3');
    const [named, fence] = [trial.bytes(24), trial.bytes(24)];
    stream.inject({ type: MessageType.DATA, connectionId: 5, payload: named });
    stream.injectData(fence);
    // The client may ignore the id or the message. The stream continues in both cases.
    const got = await trial.awaits(stream.app.arrives(24), {
      rule: 'X3',
      symptom: 'v2-stream-carries-nothing',
    });
    trial.check(got.equals(named) || got.equals(fence), { rule: 'X3', symptom: 'v2-stream-carries-nothing' });
    if (got.equals(named)) await stream.appReceives(fence, 'X3');
    stream.app.writes(fence);
    const data = await trial.awaits(
      stream.socket.messages.take((m) => m.type === MessageType.DATA && m.streamId === stream.streamId),
      { rule: 'X3', symptom: 'not-sent:DATA' },
    );
    const { connectionId } = data;
    trial.check(connectionId === 0, {
      rule: 'X3',
      symptom: 'took-over-connection-id',
      detail: `${connectionId}`,
      force: 'SHOULD',
    });
    stream.inject({ type: MessageType.STREAM_RESET, connectionId: 5 });
    await stream.appIsClosed({ rule: 'X3', trigger: 'STREAM_RESET' });
  },
});
