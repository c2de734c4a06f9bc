import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/oversized-payload',
  title: 'A payload of more than 64512 bytes does not crash the client',
  rules: ['S17'],
  role: 'client',
  why: 'A peer may break the rule.',
  expects:
    'The client delivers the payload, drops it, or ends the stream or its WebSocket. It does not crash.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S17');
    stream.inject({ type: MessageType.DATA, payload: trial.bytes(65_000) });
    await stream.socket.settles();
    // The client may or may not deliver the bytes, so this stream cannot be used as a fence.
    stream.app.closes();
    await trial.survives({ rule: 'S17', trigger: 'payload-over-64512-bytes' });
  },
});
