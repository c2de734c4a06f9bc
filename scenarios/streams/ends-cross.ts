import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/ends-cross',
  title: 'The ends of both sides may cross',
  rules: ['S8', 'S7'],
  role: 'client',
  why: 'A program that says goodbye closes at both ends at once.',
  run: async (stage) => {
    let stream = await stage.opens();
    for (let i = 0; i < 6; i++) {
      await stream.echoes('S8');
      const rest = stage.bytes(2000);
      stream.app.writes(rest);
      stream.app.closes();
      stream.injectData(rest);
      // Every other time the client has sent its own end for certain when the service's comes.
      if (i % 2 === 1) await stream.isReset('S8');
      stream.inject({ type: MessageType.STREAM_RESET });
      await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
      stream = await stage.stillOpens('S8');
    }
  },
});
