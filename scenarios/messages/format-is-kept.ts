import { formatOfStart, MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'messages/format-is-kept',
  title: 'The message format does not change in mid-session',
  rules: ['M13'],
  role: 'source',
  why: 'The service rejects it.',
  run: async (stage) => {
    const formats = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const stream = await stage.opens();
      formats.add(formatOfStart(stream));
      await stream.echoes('S3');
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
