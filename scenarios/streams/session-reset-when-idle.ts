import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'streams/session-reset-when-idle',
  title: 'SESSION_RESET without a stream is ignored',
  rules: ['S12'],
  role: 'client',
  why: 'It may come at any time.',
  run: async (stage) => {
    const link = await stage.connected();
    link.inject({ type: MessageType.SESSION_RESET });
    await stage.stillOpens('S12');
  },
});
