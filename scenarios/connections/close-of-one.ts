import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/close-of-one',
  title: 'A local close ends its own connection',
  rules: ['S8', 'S10'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 3 },
  why: 'The other end must close the same one, and no other.',
  run: async (stage) => {
    const a = await stage.opens();
    const b = await stage.opensAnother(a);
    const c = await stage.opensAnother(a, 3);
    for (const each of [a, b, c]) await each.echoes('S9');
    // The second, then the first: a stream is not its first connection.
    for (const [closing, staying] of [
      [b, [a, c]],
      [a, [c]],
    ] as const) {
      closing.app.closes();
      const reset = await closing.isReset('S8');
      // STREAM_RESET is in the text too; it ends all.
      if (reset.type === MessageType.STREAM_RESET) return;
      const { connectionId } = reset;
      const isOwn = connectionId === closing.connectionId;
      stage.check(isOwn, 'S8', 'it reported the end of another connection', `${connectionId}`);
      for (const each of staying) await each.echoes('S10');
    }
    const extra = c.link.messages.untaken.find(({ type }) => type === MessageType.CONNECTION_RESET);
    stage.check(extra === undefined, 'S8', 'it reported an end that was none');
  },
});
