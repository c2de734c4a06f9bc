import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-of-live-one-at-a-source',
  title: 'A source closes the connection that CONNECTION_START names',
  rules: ['S9'],
  role: 'source',
  versions: ['V3'],
  why: 'Both ends would mean different connections by the same number.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S9');
    stream.inject({ type: MessageType.CONNECTION_START });
    const outcome = await stream.fence('S9');
    stage.check(
      outcome !== 'alive',
      'S9',
      'it goes on with a connection that CONNECTION_START named',
      '',
      'SHOULD',
    );
    stream.app.closes();
    await stage.lives('S9');
  },
});
