import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/second-app-before-v3',
  title: 'A second application on a busy service does no harm',
  rules: ['S17', 'S3'],
  role: 'source',
  versions: ['V1', 'V2'],
  why: 'A service has one stream at a time before V3: refuse the second, queue it, or replace the first.',
  run: async (stage) => {
    const first = await stage.opens();
    await first.echoes('S3');
    const second = await stage.app.connects(stage.serviceId);
    second.writes(stage.bytes(16));
    const { link } = first;
    await stage.comes(
      Promise.race([second.ended, link.messages.take((m) => m.type === MessageType.STREAM_START)]),
      500,
    );
    second.closes();
    first.app.closes();
    await stage.comes(
      link.messages.take((m) => m.type === MessageType.STREAM_RESET),
      500,
    );
    link.messages.drain();
    await stage.lives('S17');
  },
});
