import { MessageType } from 'tunnel-testbed/protocol';
import { type LiveStream, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/all-that-it-sends',
  title: 'All that it sends in a session is in order',
  rules: ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M11'],
  role: 'client',
  why: 'The service closes the connection over one message that is not.',
  // What it sends is watched in every scenario; here it is made to send all it can.
  run: async (stage) => {
    const inUse = async (stream: LiveStream): Promise<void> => {
      await stream.carriesUp(stage.bytes(150_000), stage.carries);
      await stream.carriesDown(stage.bytes(1000), stage.carries);
    };
    const closed = await stage.opens();
    await inUse(closed);
    closed.app.closes();
    await closed.isReset('S8');
    const aborted = await stage.opens();
    await inUse(aborted);
    aborted.app.aborts();
    await aborted.isReset('S8');
    const ended = await stage.opens();
    await inUse(ended);
    ended.link.inject({ type: MessageType.SESSION_RESET });
    await ended.appIsClosed('S12', 'it left a local connection open after SESSION_RESET');
    ended.app.closes();
    ended.isStreamReset = true;
    await inUse(await stage.stillOpens('S12'));
  },
});
