import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/unsolicited-pong',
  title: 'A pong nobody asked for is ignored',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  why: 'Heartbeats of proxies arrive so; a client that reads them as its own latency probe breaks.',
  run: async (stage) => {
    const stream = await stage.opens();
    for (const payload of [Buffer.alloc(0), Buffer.from('not a number'), stage.bytes(125)]) {
      stream.link.injectFrames([{ opcode: 10, payload }], `unsolicited pong, ${payload.length} bytes`);
      await stream.echoes('W3', 'MUST');
    }
  },
});
