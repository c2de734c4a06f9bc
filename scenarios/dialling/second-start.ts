import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/second-start',
  title: 'A STREAM_START that comes while the last one is still dialled is served',
  rules: ['S5', 'S4'],
  role: 'destination',
  why: 'Who waits in vain tries again; by then the target may answer.',
  expects: 'It gives the first dial up for the second, and serves the second or at least the one after it.',
  run: async (trial) => {
    const { socket } = await whileDialling(trial);
    const ids = trial.newIds();
    socket.inject({ ...ids, type: MessageType.STREAM_START });
    await socket.settles();
    socket.inject({ ...ids, connectionId: 0, type: MessageType.STREAM_RESET });
    await trial.app.answers(trial.serviceId);
    await trial.survives({ rule: 'S5', trigger: 'STREAM_START' });
  },
});
