import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'mixing/v2-ignores-connection-id',
  title: 'A V2 client ignores connection ids',
  rules: ['X2'],
  role: 'client',
  versions: ['V2'],
  why: 'A V3 peer sends them with every message.',
  run: async (stage) => {
    const stream = await stage.opens();
    const payload = stage.bytes(50);
    stream.inject({ type: MessageType.DATA, connectionId: 1, payload });
    await stream.appReceives(payload, 'X2');
    await stream.echoes('X2');
  },
});
