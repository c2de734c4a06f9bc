import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/unsolicited-pong',
  title: 'An unsolicited pong is ignored',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  why: 'Some proxies send pongs as heartbeats. A client must not treat them as the answer to its own latency probe.',
  expects: 'The client ignores the pong.',
  run: async (trial) => {
    const stream = await trial.opens();
    for (const payload of [Buffer.alloc(0), Buffer.from('not a number'), trial.bytes(125)]) {
      stream.socket.injectFrames([{ opcode: 10, payload }], `unsolicited pong, ${payload.length} bytes`);
      await stream.echoes({ rule: 'W3', force: 'MUST' });
    }
  },
});
