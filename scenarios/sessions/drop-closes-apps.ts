import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-closes-apps',
  title: 'When the WebSocket is lost, local connections are closed',
  rules: ['S13'],
  role: 'client',
  why: 'The application would hang for ever: its stream is gone.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S13');
    stream.link.drop();
    await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
  },
});
