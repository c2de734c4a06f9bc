import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

const { STREAM_RESET, SESSION_RESET } = MessageType;

export default scenario({
  id: 'streams/ends-twice',
  title: 'An end that comes twice, or late, does nothing to what follows',
  rules: ['S7', 'S12'],
  role: 'client',
  why: 'Both sides end a stream at once, and what each sent is still under way.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S7');
    stream.inject({ type: STREAM_RESET });
    stream.inject({ type: STREAM_RESET });
    stream.link.inject({ type: SESSION_RESET });
    stream.injectEnd();
    await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
    stream.app.closes();
    const next = await stage.stillOpens('S7');
    if (next.streamId !== stream.streamId) stream.inject({ type: STREAM_RESET });
    await next.echoes('S7');
  },
});
