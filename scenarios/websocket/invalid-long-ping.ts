import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/invalid-long-ping',
  title: 'An invalid WebSocket stream fails the connection: a control frame of 126 bytes',
  rules: ['W6', 'S17'],
  role: 'client',
  versions: 'any',
  why: 'What follows cannot be trusted: it must not be taken for bytes of the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W6');
    stream.link.injectFrames([{ opcode: 9, payload: Buffer.alloc(126) }], 'a control frame of 126 bytes');
    const outcome = await stream.fence('W6');
    stage.check(outcome !== 'alive', 'W6', 'it goes on after a control frame of 126 bytes', '', 'SHOULD');
    stream.app.closes();
    if (outcome === 'ended') await stage.lives('S17');
  },
});
