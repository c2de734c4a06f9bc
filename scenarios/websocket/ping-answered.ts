import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/ping-answered',
  title: 'A ping is answered with its payload',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  why: 'A service that pings takes a silent client for dead.',
  run: async (stage) => {
    const link = await stage.client.connects();
    for (const payload of [Buffer.from('hello'), Buffer.alloc(0), stage.bytes(125)]) {
      link.ping(payload);
      const pong = link.controls.take((frame) => frame.opcode === 10 && frame.payload.equals(payload));
      await stage.client.awaits(pong, 'W3', 'it does not answer a ping with its payload', undefined, 'MUST');
    }
  },
});
