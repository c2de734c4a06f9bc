import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v3-after-v2',
  title: 'After a V2 stream the next one may speak V3',
  rules: ['X3', 'S9'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'One operator leaves, another comes with newer tools; the device stays connected.',
  expects:
    'It serves the V3 stream, with a further connection; or it takes the change of format in one session for an error and comes back first, which the guides allow too.',
  run: async (trial) => {
    const old = await trial.opens({ ids: { connectionId: 0 } });
    await old.echoes('X3');
    await old.ends({ rule: 'X3', by: MessageType.STREAM_RESET });
    // A change of format within a session may be taken for an error (M13): then the next session begins anew.
    let first = await trial.opens();
    if ((await first.fence('X3')) === 'ended' && !first.socket.open && trial.declares.reconnects) {
      first.app.closes();
      first = await trial.opens();
    }
    await first.echoes('X3');
    const second = await trial.opens({ on: first });
    await second.echoes('X3');
    await first.echoes('X3');
  },
});
