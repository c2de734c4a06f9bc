import { formatOfStart, MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/format-is-kept',
  title: 'The message format does not change during a session',
  rules: ['M13'],
  role: 'client',
  why: 'The service rejects a change of format.',
  expects: 'Either all streams of a session have service and connection ids, or none has them.',
  run: async (trial) => {
    const formats = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const stream = await trial.opens();
      if (trial.role === 'source') formats.add(formatOfStart(stream));
      else {
        stream.app.writes(trial.bytes(10));
        const answer = await trial.awaits(
          stream.socket.messages.take((m) => m.type === MessageType.DATA && stream.owns(m)),
          { rule: 'S4', symptom: 'not-sent:DATA' },
        );
        formats.add(formatOfStart(answer));
      }
      await stream.echoes(trial.carries);
      if (i % 2 === 0) await stream.ends({ rule: 'S8' });
      else await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    }
    trial.check(formats.size === 1, {
      rule: 'M13',
      symptom: 'format-changed',
      detail: [...formats].join(', '),
    });
  },
});
