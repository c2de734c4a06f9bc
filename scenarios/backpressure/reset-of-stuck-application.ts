import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/reset-of-stuck-application',
  title: 'A stream whose application is stuck can be reset',
  rules: ['S8', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One hung program must not block the service for ever.',
  run: async (stage) => {
    const stream = await stage.opens({ paused: true });
    stream.app.stopsReading();
    stream.injectBulk(stage.bytes(2_000_000));
    stream.inject({ type: MessageType.STREAM_RESET });
    await stage.comes(stream.link.drained(), 300);
    stream.app.aborts();
    await stage.lives('S8');
  },
});
