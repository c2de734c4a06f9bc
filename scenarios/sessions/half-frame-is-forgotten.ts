import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/half-frame-is-forgotten',
  title: 'After a reconnect, half a frame of the old session is forgotten',
  rules: ['S13'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'Otherwise the client reads the next frame from its middle, and nothing works until a restart.',
  expects:
    'The client forgets the half that arrived. It reads the first frame on the next WebSocket from its beginning.',
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
