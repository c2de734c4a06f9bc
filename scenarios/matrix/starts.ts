import { MessageType } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'matrix/starts',
  title: 'STREAM_START works however it arrives',
  rules: ['W4', 'S4'],
  role: 'destination',
  extraMs: 60_000,
  why: 'It is as likely to be cut or merged as anything else.',
  run: async (stage) => {
    await stage.client.connects();
    for (const arrival of ARRIVALS) {
      const stream = await stage.startsStream({ arrival });
      await stream.echoes('W4');
      stream.inject({ type: MessageType.STREAM_RESET });
      await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
      stream.app.closes();
    }
  },
});
