import { Opcode, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/ping-answered',
  title: 'A ping is answered with its payload',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  why: 'A service that sends pings treats a client that does not answer as dead.',
  expects: 'The client sends a pong with the payload of the ping.',
  run: async (trial) => {
    const socket = await trial.connected();
    for (const payload of [Buffer.from('hello'), Buffer.alloc(0), trial.bytes(125)]) {
      socket.injectFrames([{ opcode: Opcode.PING, payload }], `ping, ${payload.length} bytes`);
      const pong = socket.controls.take(
        (frame) => frame.opcode === Opcode.PONG && frame.payload.equals(payload),
      );
      await trial.awaits(pong, { rule: 'W3', symptom: 'ping-not-answered', force: 'MUST' });
    }
  },
});
