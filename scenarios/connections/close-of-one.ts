import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'connections/close-of-one',
  title: 'A local close ends its own connection',
  rules: ['S8', 'S10'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'The other end must close the same one, and no other.',
  run: async (stage) => {
    const a = await stage.opens();
    const b = await stage.opensAnother(a);
    await a.echoes('S9');
    await b.echoes('S9');
    b.app.closes();
    const reset = await b.isReset('S8');
    // STREAM_RESET is in the text too; it ends both.
    if (reset.type === MessageType.STREAM_RESET) return;
    stage.check(
      reset.connectionId === b.connectionId,
      'S8',
      'it reported the end of another connection',
      `${reset.connectionId}`,
    );
    await a.echoes('S10');
  },
});
