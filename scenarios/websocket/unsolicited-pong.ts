import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/unsolicited-pong',
  title: 'A pong nobody asked for is ignored',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  why: 'Heartbeats of proxies arrive so; a client that reads them as its own latency probe breaks.',
  expects: 'It ignores the pong.',
  run: async (trial) => {
    const stream = await trial.opens();
    for (const payload of [Buffer.alloc(0), Buffer.from('not a number'), trial.bytes(125)]) {
      stream.socket.injectFrames([{ opcode: 10, payload }], `unsolicited pong, ${payload.length} bytes`);
      await stream.echoes({ rule: 'W3', force: 'MUST' });
    }
  },
});
