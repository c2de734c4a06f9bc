import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/drop',
  title: 'A client that loses its WebSocket while it is dialling reconnects',
  rules: ['S13', 'S4'],
  role: 'destination',
  needs: { reconnects: true },
  why: 'If the SSH daemon of a device hangs, the device must not also lose its tunnel.',
  expects:
    'The client gives up the dial, reconnects within the time that it declares, and serves the next stream.',
  run: async (trial) => {
    const { socket } = await whileDialling(trial);
    await socket.drops();
    const next = trial.patienceMs + trial.declares.reconnectMs + trial.declares.dialMs;
    await trial.connected({ rule: 'S13', trigger: 'websocket-lost', within: next });
    await trial.app.answers(trial.serviceId);
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost', mayEnd: false });
  },
});
