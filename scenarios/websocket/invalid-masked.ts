import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/invalid-masked',
  title: 'An invalid WebSocket stream fails the connection: a frame masked by the server',
  rules: ['W6', 'S17'],
  role: 'client',
  versions: 'any',
  why: 'What follows cannot be trusted: it must not be taken for bytes of the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W6');
    stream.link.injectFrames(
      [{ opcode: 2, payload: Buffer.from('0004'), mask: Buffer.from([1, 2, 3, 4]) }],
      'a frame masked by the server',
    );
    const outcome = await stream.fence('W6');
    stage.check(outcome !== 'alive', 'W6', 'it goes on after a frame masked by the server', '', 'SHOULD');
    stream.app.closes();
    if (outcome === 'ended') await stage.lives('S17');
  },
});
