import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/close-answered',
  title: 'A close frame is answered, and TCP is closed',
  rules: ['W6'],
  role: 'client',
  versions: 'any',
  why: 'Otherwise the service has to cut the connection, which looks like a failure.',
  expects:
    'The client answers with a close frame and closes TCP. It is a warning if it does not answer, or if TCP stays open.',
  run: async (trial) => {
    const socket = await trial.connected();
    await socket.closes(1000, 'Tunnel is closed');
    await trial.awaits(socket.ended, { rule: 'W6', symptom: 'keeps-tcp-open' });
    const { code } = await socket.ended;
    trial.check(code !== undefined, { rule: 'W6', symptom: 'close-not-answered', force: 'SHOULD' });
  },
});
