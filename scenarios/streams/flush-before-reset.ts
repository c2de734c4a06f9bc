import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/flush-before-reset',
  title: 'Bytes that arrived before a reset are delivered first',
  rules: ['S8'],
  role: 'client',
  why: 'The last bytes of a file or a page are sent right before the end.',
  expects:
    'The client delivers the bytes before STREAM_RESET, then closes. It is a warning if it loses them, because the guides say "should".',
  run: async (trial) => {
    const stream = await trial.opens({ paused: true });
    const bytes = trial.bytes(600_000);
    stream.injectData(bytes);
    stream.inject({ type: MessageType.STREAM_RESET });
    stream.app.readsAgain();
    await stream.appReceives(bytes, { rule: 'S8', force: 'SHOULD' });
    await stream.appIsClosed({ rule: 'S8', trigger: 'STREAM_RESET' });
  },
});
