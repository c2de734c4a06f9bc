import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/close-of-one',
  title: 'When an application closes, only its own connection ends',
  rules: ['S8', 'S10'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 3 },
  why: 'The other end must close the same connection, and no other.',
  expects:
    'The client sends CONNECTION_RESET with the id of the connection that closed, and the other connections continue. The guides also name STREAM_RESET, which ends all connections, so that passes too.',
  run: async (trial) => {
    const a = await trial.opens();
    const b = await trial.opens({ on: a });
    const c = await trial.opens({ on: a, ids: { connectionId: 3 } });
    for (const each of [a, b, c]) await each.echoes('S9');
    // First the second, then the first: a stream does not end with its first connection.
    for (const [closing, staying] of [
      [b, [a, c]],
      [a, [c]],
    ] as const) {
      closing.app.closes();
      const reset = await closing.isReset('S8');
      // The guides also name STREAM_RESET. It ends all connections.
      if (reset.type === MessageType.STREAM_RESET) return;
      const { connectionId } = reset;
      const isOwn = connectionId === closing.connectionId;
      trial.check(isOwn, { rule: 'S8', symptom: 'end-of-another-connection', detail: `${connectionId}` });
      for (const each of staying) await each.echoes('S10');
    }
    const extra = c.socket.messages.untaken.find(({ type }) => type === MessageType.CONNECTION_RESET);
    trial.check(extra === undefined, { rule: 'S8', symptom: 'false-end-reported' });
  },
});
