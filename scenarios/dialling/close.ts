import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/close',
  title: 'A close frame works while the client is dialling',
  rules: ['W6', 'S13', 'S4'],
  role: 'destination',
  why: 'If the SSH daemon of a device hangs, the device must not also lose its tunnel.',
  expects:
    'The client answers the close frame. If it declares that it reconnects, it reconnects and serves the next stream.',
  run: async (trial) => {
    const { socket, within } = await whileDialling(trial);
    await socket.closes(1001, 'Service is stopping');
    await trial.awaits(socket.ended, { rule: 'W6', symptom: 'close-not-answered', within });
    await trial.app.answers(trial.serviceId);
    await trial.survives({ rule: 'S13', trigger: 'websocket-closed' });
  },
});
