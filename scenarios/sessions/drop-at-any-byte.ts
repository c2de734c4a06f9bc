import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, encodeServerFrame, scenario } from 'tunnel-testbed/scenarios';

/** Bytes of a WebSocket frame after which TCP is cut in the quick suite: in its header, a length, a field, the payload. */
const QUICK_CUTS = [1, 3, 5, 7, 12, 40];

export default scenario({
  id: 'sessions/drop-at-any-byte',
  title: 'TCP may be cut at any byte, and nothing is left of what was under way',
  rules: ['S13', 'S17'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 600_000,
  why: 'Networks end where they like; half a length that survives makes the next connection unreadable.',
  run: async (stage) => {
    const length = 160;
    const cuts = stage.long ? Array.from({ length: length - 1 }, (_, i) => i + 1) : QUICK_CUTS;
    for (const at of cuts) {
      const stream = await stage.opens();
      await stream.echoes('S13');
      const payload = stage.bytes(length);
      const frame = encodeFrame(message({ ...stream.address, type: MessageType.DATA, payload }));
      const bytes = encodeServerFrame(binary(frame)).subarray(0, at);
      stream.link.injectBytes(bytes, `${at} bytes of a WebSocket frame`);
      await stream.link.drained();
      stream.link.ends();
      await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
      stage.check(stream.app.unread.length === 0, 'S13', 'it hands on part of a message');
      stream.app.closes();
      await stage.connected();
    }
    await (await stage.opens()).echoes('S13');
  },
});
