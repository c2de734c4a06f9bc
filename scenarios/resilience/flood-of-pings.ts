import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-pings',
  title: 'Many pings are answered, and a flood of them does not bring it down',
  rules: ['W3', 'S17'],
  role: 'client',
  why: 'They must not starve the streams, nor be forgotten; a client may end a connection that floods it.',
  run: async (stage) => {
    const stream = await stage.opens();
    const pings = Array.from({ length: 1000 }, (_, i) => ({ opcode: 9, payload: Buffer.from(`ping ${i}`) }));
    stream.link.injectFrames(pings.slice(0, 20), '20 pings');
    await stream.echoes('W3', 'MUST');
    stream.link.injectFrames(pings, '1000 pings');
    await stage.survives(stream, 'S17');
    if (!stream.link.open) return;
    // Once is enough, for the newest of those that wait (RFC 6455, 5.5.3).
    const last = pings.at(-1)!.payload;
    const pong = stream.link.controls.take(({ opcode, payload }) => opcode === 10 && payload.equals(last));
    const answered = Promise.race([pong, stream.link.ended]);
    await stage.client.awaits(answered, 'W3', 'it forgets pings when there are many', undefined, 'MUST');
  },
});
