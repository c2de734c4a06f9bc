import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, encodeServerFrame, scenario } from 'tunnel-testbed/scenarios';

/** The quick suite cuts TCP after these bytes of a WebSocket frame: in its header, a length, a field, the payload. */
const QUICK_CUTS = [1, 3, 5, 7, 12, 40];

export default scenario({
  id: 'sessions/drop-at-any-byte',
  title: 'TCP may be cut at any byte, and nothing of the cut message remains',
  rules: ['S13', 'S17'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 600_000,
  why: 'A network can fail at any byte. If half a length remains, the next connection is unreadable.',
  expects:
    'The client closes its local connections and delivers nothing of the incomplete message. Then it reconnects and serves a new stream.',
  run: async (trial) => {
    const length = 160;
    const cuts = trial.long ? Array.from({ length: length - 1 }, (_, i) => i + 1) : QUICK_CUTS;
    for (const at of cuts) {
      const stream = await trial.opens();
      await stream.echoes('S13');
      const payload = trial.bytes(length);
      const frame = encodeFrame(message({ ...stream.ids, type: MessageType.DATA, payload }));
      const bytes = encodeServerFrame(binary(frame)).subarray(0, at);
      stream.socket.injectBytes(bytes, `${at} bytes of a WebSocket frame`);
      await stream.socket.drops('flushed');
      await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
      trial.check(stream.app.unread.length === 0, { rule: 'S13', symptom: 'hands-on-part-of-message' });
      stream.app.closes();
      await trial.connected();
    }
    await (await trial.opens()).echoes('S13');
  },
});
