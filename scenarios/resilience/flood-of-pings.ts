import { firstOf, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-pings',
  title: 'Many pings are answered, and a flood of pings does not crash the client',
  rules: ['W3', 'S17'],
  role: 'client',
  why: 'Pings must not block the streams, and must not be forgotten. A client may end a connection that floods it.',
  expects:
    'The client answers each ping, or the newest of those that wait (RFC 6455, 5.5.3). It may end a connection that floods it.',
  run: async (trial) => {
    const stream = await trial.opens();
    const pings = Array.from({ length: 1000 }, (_, i) => ({ opcode: 9, payload: Buffer.from(`ping ${i}`) }));
    stream.socket.injectFrames(pings.slice(0, 20), '20 pings');
    await stream.echoes({ rule: 'W3', force: 'MUST' });
    stream.socket.injectFrames(pings, '1000 pings');
    await trial.survives({ rule: 'S17', stream, trigger: 'flood-of-pings' });
    if (!stream.socket.open) return;
    // One pong is enough, for the newest ping that waits (RFC 6455, 5.5.3).
    const last = pings.at(-1)!.payload;
    const pong = stream.socket.controls.take(({ opcode, payload }) => opcode === 10 && payload.equals(last));
    const answered = firstOf([pong, stream.socket.ended]);
    await trial.awaits(answered, { rule: 'W3', symptom: 'pings-forgotten', force: 'MUST' });
  },
});
