import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/second-connection',
  title: 'A further connection goes on the same stream',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'V3 is there for it: browsers open several connections at once.',
  run: async (stage) => {
    const first = await stage.opens();
    await first.echoes(stage.carries);
    const second = await stage.opensAnother(first);
    stage.check(
      second.streamId === first.streamId,
      'S9',
      'a further connection got another stream id',
      `${second.streamId}`,
    );
    stage.check(
      second.connectionId !== first.connectionId,
      'S9',
      'two connections got the same id',
      `${second.connectionId}`,
    );
    stage.check(second.connectionId !== 0, 'S9', 'a further connection got no connection id');
    await second.echoes('S9');
    await first.echoes('S9');
  },
});
