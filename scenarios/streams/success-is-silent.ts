import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/success-is-silent',
  title: 'A stream that was started is not answered',
  rules: ['S4'],
  role: 'destination',
  why: 'A source takes an answer for the end of the stream, or does not know it.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S4');
    if (stage.version === 'V3' && stage.declares.connections > 1) {
      await (await stage.opensAnother(stream)).echoes('S9');
    }
    await stream.echoes('S4');
    const [other] = stream.link.messages.untaken;
    const symptom = 'it answered STREAM_START although it dialled the service';
    stage.check(other === undefined, 'S4', symptom, `type ${other?.type}`);
  },
});
