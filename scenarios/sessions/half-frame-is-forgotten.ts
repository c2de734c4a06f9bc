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
  expects: 'It forgets the half that came: the first frame on the next WebSocket is read from its beginning.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S13');
    const frame = encodeFrame(message({ ...stream.ids, type: MessageType.DATA, payload: trial.bytes(1000) }));
    stream.socket.injectFrames([binary(frame.subarray(0, 500))], 'half a DATA frame');
    await stream.socket.drops();
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    await trial.survives({ rule: 'S13', mayEnd: false, trigger: 'half-a-frame' });
  },
});
