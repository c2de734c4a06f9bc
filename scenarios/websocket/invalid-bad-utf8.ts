import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/invalid-bad-utf8',
  title: 'An invalid WebSocket stream fails the connection: text that is no UTF-8',
  rules: ['W6', 'S17'],
  role: 'client',
  versions: 'any',
  why: 'What follows cannot be trusted: it must not be taken for bytes of the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W6');
    stream.link.injectFrames([{ opcode: 1, payload: Buffer.from('ff', 'hex') }], 'text that is no UTF-8');
    const outcome = await stream.fence('W6');
    stage.check(outcome !== 'alive', 'W6', 'it goes on after text that is no UTF-8', '', 'SHOULD');
    stream.app.closes();
    if (outcome === 'ended') await stage.lives('S17');
  },
});
