import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/empty-messages',
  title: 'Empty WebSocket messages mean nothing, between frames and inside a frame',
  rules: ['W4'],
  role: 'client',
  why: 'A WebSocket message may be empty. A client must not treat it as the end.',
  expects: 'The client ignores a WebSocket message without payload, between tunnel frames and inside one.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(50);
    const frame = encodeFrame(message({ ...stream.ids, type: MessageType.DATA, payload }));
    const nothing = new Uint8Array(0);
    const parts = [
      nothing,
      frame.subarray(0, 1),
      nothing,
      frame.subarray(1, 20),
      nothing,
      frame.subarray(20),
    ];
    stream.socket.injectFrames([...parts, nothing].map(binary), 'DATA in pieces with empty messages between');
    await stream.appReceives(payload, 'W4');
    await stream.echoes('W4');
  },
});
