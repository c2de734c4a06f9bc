import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'sessions/close-1001',
  title: 'A close with code 1001 ends the local connections',
  rules: ['S13', 'S16'],
  role: 'client',
  why: 'The application would hang for ever: its stream is gone.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S13');
    stream.link.close(1001, '');
    await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was closed');
  },
});
