import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/starts-anew-after-reset',
  title: 'After STREAM_RESET the next connection starts a stream',
  rules: ['S11', 'S3'],
  role: 'source',
  versions: ['V3'],
  why: 'CONNECTION_START belongs to a live stream. If the stream has ended, the other side does not dial.',
  expects:
    'For the next application the client sends STREAM_START. It does not send CONNECTION_START on the stream that was reset.',
  run: async (trial) => {
    const old = await trial.opens();
    await old.echoes('S3');
    await old.ends({ rule: 'S11', by: MessageType.STREAM_RESET });
    old.socket.messages.drain();
    const app = await trial.app.connects(trial.serviceId);
    app.writes(trial.bytes(16));
    const { type } = await trial.awaits(
      old.socket.messages.take(
        (m) => m.type === MessageType.STREAM_START || m.type === MessageType.CONNECTION_START,
      ),
      { rule: 'S3', symptom: 'no-stream-start' },
    );
    const isNew = type === MessageType.STREAM_START;
    trial.check(isNew, { rule: 'S11', symptom: 'goes-on-with-reset-stream' });
  },
});
