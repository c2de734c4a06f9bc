import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/text-closes',
  title: 'A text message ends the connection',
  rules: ['W1'],
  role: 'client',
  versions: 'any',
  why: 'The guides say that clients should close.',
  expects:
    'The client closes its WebSocket. The guides say "should", so it is a warning if the client continues. Going deaf is a failure.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('W1');
    stream.socket.injectFrames([{ opcode: 1, payload: Buffer.from('hello') }], 'a text message');
    const outcome = await stream.fence('W1');
    const isDeaf = outcome === 'deaf';
    trial.check(!isDeaf, { rule: 'W1', symptom: 'neither-goes-on-nor-ends', trigger: 'text-message' });
    trial.check(outcome !== 'alive', {
      rule: 'W1',
      symptom: 'goes-on',
      trigger: 'text-message',
      force: 'SHOULD',
    });
  },
});
