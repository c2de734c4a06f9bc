import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/cut-anywhere',
  title: 'A frame may be cut at any byte',
  rules: ['W4'],
  role: 'client',
  why: 'WebSocket boundaries mean nothing: the service splits and merges as it likes.',
  run: async (stage) => {
    const stream = await stage.opens();
    const payload = stage.bytes(40);
    const frame = encodeFrame(message({ ...stream.address, type: MessageType.DATA, payload }));
    for (let at = 1; at < frame.length; at++) {
      const parts = [frame.subarray(0, at), frame.subarray(at)].map(binary);
      stream.link.injectFrames(parts, `DATA cut at byte ${at}`);
    }
    const all = Buffer.concat(Array.from({ length: frame.length - 1 }, () => payload));
    await stream.appReceives(all, 'W4');
    await stream.echoes('W4');
  },
});
