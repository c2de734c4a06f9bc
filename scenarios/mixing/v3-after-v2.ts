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
  run: async (stage) => {
    await stage.client.connects();
    const old = await stage.startsStream({ address: { connectionId: 0 } });
    await old.echoes('X3');
    old.inject({ type: MessageType.STREAM_RESET });
    await old.appIsClosed('X3', 'it left the local connection open after STREAM_RESET');
    old.app.closes();
    const first = await stage.startsStream();
    await first.echoes('X3');
    const second = await stage.opensAnother(first);
    await second.echoes('X3');
    await first.echoes('X3');
  },
});
