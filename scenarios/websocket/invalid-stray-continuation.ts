import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/invalid-stray-continuation',
  title: 'An invalid WebSocket stream fails the connection: a continuation of nothing',
  rules: ['W6', 'S17'],
  role: 'client',
  versions: 'any',
  why: 'What follows cannot be trusted: it must not be taken for bytes of the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W6');
    stream.link.injectFrames([{ opcode: 0, payload: Buffer.alloc(0) }], 'a continuation of nothing');
    const outcome = await stream.fence('W6');
    stage.check(outcome !== 'alive', 'W6', 'it goes on after a continuation of nothing', '', 'SHOULD');
    stream.app.closes();
    if (outcome === 'ended') await stage.lives('S17');
  },
});
