import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'websocket/invalid-interrupted-message',
  title: 'An invalid WebSocket stream fails the connection: a new message within a fragmented one',
  rules: ['W6', 'S17'],
  role: 'client',
  versions: 'any',
  why: 'What follows cannot be trusted: it must not be taken for bytes of the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W6');
    stream.link.injectFrames(
      [
        { opcode: 2, payload: Buffer.alloc(0), fin: false },
        { opcode: 2, payload: Buffer.alloc(0) },
      ],
      'a new message within a fragmented one',
    );
    const outcome = await stream.fence('W6');
    stage.check(
      outcome !== 'alive',
      'W6',
      'it goes on after a new message within a fragmented one',
      '',
      'SHOULD',
    );
    stream.app.closes();
    if (outcome === 'ended') await stage.lives('S17');
  },
});
