import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/text-closes',
  title: 'A text message ends the connection',
  rules: ['W1'],
  role: 'client',
  versions: 'any',
  why: 'The guides say that clients should close.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W1');
    stream.link.injectFrames([{ opcode: 1, payload: Buffer.from('hello') }], 'a text message');
    const outcome = await stream.fence('W1');
    stage.check(outcome !== 'alive', 'W1', 'it goes on after a text message', '', 'SHOULD');
  },
});
