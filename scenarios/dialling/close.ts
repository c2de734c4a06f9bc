import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/close',
  title: 'A close frame has its effect while a dial is not answered',
  rules: ['W6', 'S13', 'S4'],
  role: 'destination',
  why: 'A device whose SSH daemon hangs must not be lost to the tunnel as well.',
  expects:
    'It answers the close frame and comes back, where it does so at all; then it serves the next stream.',
  run: async (trial) => {
    const { socket, within } = await whileDialling(trial);
    await socket.closes(1001, 'Service is stopping');
    await trial.awaits(socket.ended, { rule: 'W6', symptom: 'close-not-answered', within });
    await trial.app.answers(trial.serviceId);
    await trial.survives({ rule: 'S13', trigger: 'websocket-closed' });
  },
});
