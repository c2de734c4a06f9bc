import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/flush-before-reset',
  title: 'What came before a reset is delivered first',
  rules: ['S8'],
  role: 'client',
  why: 'The last bytes of a file or a page are sent right before the end.',
  run: async (stage) => {
    const stream = await stage.opens({ paused: true });
    const bytes = stage.bytes(600_000);
    stream.injectBulk(bytes);
    stream.inject({ type: MessageType.STREAM_RESET });
    stream.app.readsAgain();
    await stream.appReceives(bytes, 'S8', 'SHOULD');
    await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
  },
});
