import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/success-is-silent',
  title: 'A stream that was started is not answered',
  rules: ['S4'],
  role: 'destination',
  why: 'A source treats an answer as the end of the stream, or does not know it.',
  expects: 'After a successful dial the client sends nothing except the bytes of its target.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    if (trial.version === 'V3' && trial.declares.connections > 1) {
      await (await trial.opens({ on: stream })).echoes('S9');
    }
    await stream.echoes('S4');
    const [other] = stream.socket.messages.untaken;
    trial.check(other === undefined, { rule: 'S4', symptom: 'answers-start', detail: `type ${other?.type}` });
  },
});
