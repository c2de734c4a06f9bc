import { encodeData } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/random-chunks',
  title: 'The bytes are the same for any chunking',
  rules: ['W4'],
  role: 'client',
  why: 'Mistakes in reassembly appear only with odd sizes.',
  expects: 'The bytes arrive unchanged, however the frames are cut and merged.',
  run: async (trial) => {
    const stream = await trial.opens();
    const bytes = trial.bytes(300_000);
    const frames = encodeData(stream.ids, bytes, 7777);
    const parts = [];
    for (let at = 0, size = 1; at < frames.length; at += size) {
      size = 1 + ((at * 7919 + 104_729) % 9973);
      parts.push(binary(frames.subarray(at, at + size)));
    }
    stream.socket.injectFrames(parts, `DATA, ${bytes.length} bytes in ${parts.length} odd chunks`);
    await stream.appReceives(bytes, 'W4');
    await stream.echoes('W4');
  },
});
