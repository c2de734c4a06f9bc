import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

const { STREAM_RESET, SESSION_RESET } = MessageType;

export default scenario({
  id: 'streams/ends-twice',
  title: 'An end that arrives twice, or late, has no effect on the next stream',
  rules: ['S7', 'S12'],
  role: 'client',
  why: 'If both sides end a stream at the same time, both of their messages are on the way.',
  expects: 'The first end ends the stream. An end that arrives again, or late, has no effect.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S7');
    stream.inject({ type: STREAM_RESET });
    stream.inject({ type: STREAM_RESET });
    stream.inject({ type: stream.endType });
    await stream.appIsClosed({ rule: 'S8', trigger: 'STREAM_RESET' });
    const next = await trial.opens({ blame: { rule: 'S7', trigger: 'second-end-of-a-stream' } });
    if (next.streamId !== stream.streamId) stream.inject({ type: STREAM_RESET });
    await next.echoes('S7');
    await next.ends({ rule: 'S8', by: STREAM_RESET });
    next.socket.inject({ type: SESSION_RESET });
    await trial.opens({ blame: { rule: 'S12', trigger: 'SESSION_RESET' } });
  },
});
