import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'mixing/later-connection-ids',
  title: 'Connection ids on a V2 stream do no harm',
  rules: ['X3'],
  role: 'destination',
  versions: ['V3'],
  why: 'The ids are ignored, or the messages: the clause can be read both ways.',
  run: async (stage) => {
    await stage.client.connects();
    const stream = await stage.startsStream({ address: { connectionId: 0 } });
    await stream.echoes('X3');
    stream.inject({ type: MessageType.DATA, connectionId: 5 });
    await stage.survives(stream, 'X3');
  },
});
