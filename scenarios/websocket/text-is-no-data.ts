import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/text-is-no-data',
  title: 'A text message is not taken for tunnel data',
  rules: ['W1'],
  role: 'client',
  versions: 'any',
  why: 'The protocol is binary: text is an error page of a proxy, not bytes for the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W1');
    // All bytes below 128, so that the frame is valid text too.
    const payload = encodeFrame(
      message({
        ...stream.address,
        type: MessageType.DATA,
        streamId: stream.streamId,
        payload: Buffer.from('text'),
      }),
    );
    if (payload.some((byte) => byte > 127)) {
      stream.link.injectFrames([{ opcode: 1, payload: Buffer.from('text') }], 'a text message');
    } else stream.link.injectFrames([{ opcode: 1, payload }], 'DATA in a text message');
    await stage.survives(stream, 'W1');
  },
});
