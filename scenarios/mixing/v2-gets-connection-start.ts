import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'mixing/v2-gets-connection-start',
  title: 'CONNECTION_START does not bring down a client that does not know it',
  rules: ['X2', 'M10'],
  role: 'client',
  versions: ['V1', 'V2'],
  why: 'It answers with STREAM_RESET or ignores it; it must not go deaf.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('X2');
    stream.inject({ type: MessageType.CONNECTION_START, connectionId: 2 });
    await stage.survives(stream, 'X2');
  },
});
