import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/few-bytes-before-reset',
  title: 'A few bytes in one message with the reset are delivered before the close',
  rules: ['S8', 'W4'],
  role: 'client',
  why: 'The last line of an answer often arrives together with the end, and people look for that line.',
  expects:
    'The client delivers the bytes before STREAM_RESET, then closes. It is a warning if it loses them, because the guides say "should".',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S8');
    const bytes = trial.bytes(5);
    const reset = message({ ...stream.ids, connectionId: 0, type: MessageType.STREAM_RESET });
    stream.socket.injectFrames(
      [binary(Buffer.concat([encodeData(stream.ids, bytes), encodeFrame(reset)]))],
      'DATA of 5 bytes and STREAM_RESET in one WebSocket message',
    );
    stream.isStreamReset = true;
    await stream.appReceives(bytes, { rule: 'S8', force: 'SHOULD' });
    await stream.appIsClosed({ rule: 'S8', trigger: 'STREAM_RESET' });
  },
});
