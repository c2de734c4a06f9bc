import {
  encodeData,
  encodeFrame,
  MAX_WEBSOCKET_FRAME_BYTES,
  MessageType,
  message,
} from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/largest-frame',
  title: 'A WebSocket frame of 131076 bytes is accepted',
  rules: ['W2'],
  role: 'client',
  versions: 'any',
  why: 'The service may merge messages up to this size.',
  expects: 'The client delivers everything in the frame.',
  run: async (trial) => {
    const stream = await trial.opens();
    // First two small frames in one message. If they fail, the size is not to blame.
    const small = trial.bytes(40);
    stream.socket.injectFrames([binary(encodeData(stream.ids, small, 20))], 'two DATA in one message');
    await stream.appReceives(small, 'W4');
    const head = trial.bytes(60_000);
    const frames = Buffer.from(encodeData(stream.ids, head));
    const overhead =
      encodeFrame(message({ ...stream.ids, type: MessageType.DATA, payload: trial.bytes(64_000) })).length -
      64_000;
    const rest = MAX_WEBSOCKET_FRAME_BYTES - frames.length;
    const first = trial.bytes(Math.floor(rest / 2) - overhead);
    const second = trial.bytes(rest - Math.floor(rest / 2) - overhead);
    const payload = Buffer.concat([frames, encodeData(stream.ids, first), encodeData(stream.ids, second)]);
    stream.socket.injectFrames([{ opcode: 2, payload }], `one WebSocket frame of ${payload.length} bytes`);
    await stream.appReceives(Buffer.concat([head, first, second]), 'W2');
    await stream.echoes('W2');
  },
});
