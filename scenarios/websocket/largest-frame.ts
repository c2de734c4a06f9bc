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
  title: 'A WebSocket frame of 131076 bytes is taken',
  rules: ['W2'],
  role: 'client',
  versions: 'any',
  why: 'The service may merge messages up to this size.',
  run: async (stage) => {
    const stream = await stage.opens();
    // First two small frames in one message: what fails there is not a matter of size.
    const small = stage.bytes(40);
    stream.link.injectFrames([binary(encodeData(stream.address, small, 20))], 'two DATA in one message');
    await stream.appReceives(small, 'W4');
    const head = stage.bytes(60_000);
    const frames = Buffer.from(encodeData(stream.address, head));
    const overhead =
      encodeFrame(message({ ...stream.address, type: MessageType.DATA, payload: stage.bytes(64_000) }))
        .length - 64_000;
    const rest = MAX_WEBSOCKET_FRAME_BYTES - frames.length;
    const first = stage.bytes(Math.floor(rest / 2) - overhead);
    const second = stage.bytes(rest - Math.floor(rest / 2) - overhead);
    const payload = Buffer.concat([
      frames,
      encodeData(stream.address, first),
      encodeData(stream.address, second),
    ]);
    stream.link.injectFrames([{ opcode: 2, payload }], `one WebSocket frame of ${payload.length} bytes`);
    await stream.appReceives(Buffer.concat([head, first, second]), 'W2');
    await stream.echoes('W2');
  },
});
