import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/second-start',
  title: 'A STREAM_START that arrives during the dial for the last one is served',
  rules: ['S5', 'S4'],
  role: 'destination',
  why: 'A user who waits in vain tries again, and then the target may answer.',
  expects:
    'The client gives up the first dial for the second, and serves the second stream, or at least the one after it.',
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
