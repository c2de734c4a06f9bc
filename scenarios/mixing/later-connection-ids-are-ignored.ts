import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'mixing/later-connection-ids-are-ignored',
  title: 'Connection ids on a V2 stream are ignored',
  rules: ['X3'],
  role: 'destination',
  versions: ['V3'],
  why: 'The clause says so.',
  run: async (stage) => {
    await stage.client.connects();
    const stream = await stage.startsStream({ address: { connectionId: 0 } });
    await stream.echoes('X3');
    const payload = stage.bytes(30);
    stream.inject({ type: MessageType.DATA, connectionId: 5, payload });
    await stream.appReceives(payload, 'X3');
    await stream.echoes('X3');
  },
});
