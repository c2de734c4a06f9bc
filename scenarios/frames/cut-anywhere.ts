import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/cut-anywhere',
  title: 'A frame may be cut at any byte',
  rules: ['W4'],
  role: 'client',
  why: 'WebSocket boundaries mean nothing, and the service may split and merge messages.',
  expects: 'The client collects a tunnel frame wherever the WebSocket messages cut it.',
  run: async (trial) => {
    const stream = await trial.opens();
    const payload = trial.bytes(40);
    const frame = encodeFrame(message({ ...stream.ids, type: MessageType.DATA, payload }));
    for (let at = 1; at < frame.length; at++) {
      const parts = [frame.subarray(0, at), frame.subarray(at)].map(binary);
      stream.socket.injectFrames(parts, `DATA cut at byte ${at}`);
    }
    const all = Buffer.concat(Array.from({ length: frame.length - 1 }, () => payload));
    await stream.appReceives(all, 'W4');
    await stream.echoes('W4');
  },
});
