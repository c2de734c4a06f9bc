import { MessageType } from 'tunnel-testbed/protocol';
import { Finding, type LiveStream, scenario, type Trial } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v3-after-v2',
  title: 'After a V2 stream the next stream may speak V3',
  rules: ['X3', 'S9'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'One operator leaves, and another one comes with newer tools. The device stays connected.',
  expects:
    'The client serves the V3 stream, with a further connection. The guides also allow it to treat the change of format as an error (M13, D13). Then it ends the session and reconnects, or refuses the stream and continues with streams of the old format.',
  run: async (trial) => {
    const old = await trial.opens({ ids: { connectionId: 0 } });
    await old.echoes('X3');
    await old.ends({ rule: 'X3', by: MessageType.STREAM_RESET });
    let first = await opensUnlessRefused(trial);
    if (first === undefined && old.socket.open) {
      const again = await trial.opens({ ids: { connectionId: 0 } });
      return again.echoes({ rule: 'X3', trigger: 'change-of-format' });
    }
    if (first === undefined) {
      await trial.survives({ rule: 'X3', trigger: 'change-of-format' });
      if (!trial.declares.reconnects || trial.client.exit !== undefined) return;
      first = await trial.opens();
    }
    await first.echoes('X3');
    const second = await trial.opens({ on: first });
    await second.echoes('X3');
    await first.echoes('X3');
  },
});

/** A stream in V3. Undefined if the client refuses it, by ending the stream or the session. */
async function opensUnlessRefused(trial: Trial): Promise<LiveStream | undefined> {
  try {
    const stream = await trial.opens();
    if ((await stream.fence('X3')) !== 'ended') return stream;
    stream.app.closes();
  } catch (error) {
    const isRefusal = error instanceof Finding && error.symptom.code.startsWith('did-not-dial:');
    if (!isRefusal) throw error;
  }
  return undefined;
}
