import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/drop',
  title: 'A client whose WebSocket is lost while a dial is not answered comes back',
  rules: ['S13', 'S4'],
  role: 'destination',
  needs: { reconnects: true },
  why: 'A device whose SSH daemon hangs must not be lost to the tunnel as well.',
  expects: 'It gives the dial up, comes back within the time that it declares, and serves the next stream.',
  run: async (trial) => {
    const { socket } = await whileDialling(trial);
    await socket.drops();
    const next = trial.patienceMs + trial.declares.reconnectMs + trial.declares.dialMs;
    await trial.connected({ rule: 'S13', trigger: 'websocket-lost', within: next });
    await trial.app.answers(trial.serviceId);
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost', mayEnd: false });
  },
});
