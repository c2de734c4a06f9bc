import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/invalid-reserved-bits',
  title: 'An invalid WebSocket stream fails the connection: reserved bits without an extension',
  rules: ['W6', 'S17'],
  role: 'client',
  versions: 'any',
  why: 'What follows cannot be trusted: it must not be taken for bytes of the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W6');
    stream.link.injectFrames(
      [{ opcode: 2, payload: Buffer.alloc(0), reserved: 4 }],
      'reserved bits without an extension',
    );
    const outcome = await stream.fence('W6');
    stage.check(
      outcome !== 'alive',
      'W6',
      'it goes on after reserved bits without an extension',
      '',
      'SHOULD',
    );
    stream.app.closes();
    if (outcome === 'ended') await stage.lives('S17');
  },
});
