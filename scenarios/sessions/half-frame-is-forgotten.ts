import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/half-frame-is-forgotten',
  title: 'Half a frame does not survive a reconnect',
  rules: ['S13'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'The next frame would be read from its middle, and nothing works until a restart.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S13');
    const frame = encodeFrame(
      message({ ...stream.address, type: MessageType.DATA, payload: stage.bytes(1000) }),
    );
    stream.link.injectFrames([binary(frame.subarray(0, 500))], 'half a DATA frame');
    stream.link.drop();
    await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
    stream.app.closes();
    await stage.lives('S13', false);
  },
});
