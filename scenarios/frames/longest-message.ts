import { encodeMessage, MAX_PAYLOAD_BYTES, message } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

/** The longest message that two bytes of length can announce, and the two lengths before it. */
const LENGTHS = [65_533, 65_534, 65_535] as const;
const UNKNOWN_TYPE = 42;

export default scenario({
  id: 'frames/longest-message',
  title: 'Messages of 65533, 65534 and 65535 bytes are read to their end',
  rules: ['W4', 'M10'],
  role: 'client',
  why: 'A buffer that is one byte too short makes everything that follows unreadable.',
  expects:
    'The client ignores each of them (an ignorable message of an unknown type), and the stream continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('W4');
    for (const length of LENGTHS) {
      const fields = { ...stream.ids, type: UNKNOWN_TYPE, ignorable: true };
      const payload = trial.bytes(MAX_PAYLOAD_BYTES);
      // The service id fills the bytes that the largest payload leaves free.
      const bare = encodeMessage(message({ ...fields, payload, serviceId: 'x'.repeat(500) })).length;
      const serviceId = 'x'.repeat(500 + length - bare);
      stream.socket.inject({ ...fields, payload, serviceId });
      await trial.survives({ rule: 'W4', stream, trigger: 'message-of-an-unknown-type' });
      if (!stream.socket.open || stream.app.isEnded) return;
    }
  },
});
