import { formatOfStart, MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/format-is-kept',
  title: 'The message format does not change in mid-session',
  rules: ['M13'],
  role: 'client',
  why: 'The service rejects it.',
  run: async (stage) => {
    const formats = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const stream = await stage.opens();
      if (stage.role === 'source') formats.add(formatOfStart(stream));
      else {
        stream.app.writes(stage.bytes(10));
        const answer = await stage.client.sends(MessageType.DATA, 'S4', (m) => stream.owns(m));
        formats.add(formatOfStart(answer));
      }
      await stream.echoes(stage.carries);
      if (i % 2 === 0) await stream.finish('S8');
      else {
        stream.inject({ type: MessageType.STREAM_RESET });
        await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
        stream.app.closes();
      }
    }
    stage.check(
      formats.size === 1,
      'M13',
      'it changed the message format in mid-session',
      [...formats].join(', '),
    );
  },
});
