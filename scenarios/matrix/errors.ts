import { encodeData } from '../../src/protocol/index.js';
import { ARRIVALS, arrange, errorsOf, scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'matrix/errors',
  title: 'What may end a stream neither crashes a client nor leaves it deaf, however it arrives',
  rules: ['M10', 'M11', 'S17'],
  role: 'client',
  extraMs: 600_000,
  why: 'The matrix of messages that are errors, or may be taken for one.',
  run: async (stage) => {
    const errors = errorsOf(stage.role, stage.version);
    for (const [i, { name, rule, bytes }] of errors.entries()) {
      const arrivals = stage.long
        ? ARRIVALS
        : [ARRIVALS[(2 * i + 1) % ARRIVALS.length]!, ARRIVALS[(5 * i + 2) % ARRIVALS.length]!];
      for (const arrival of arrivals) {
        await stage.afresh(async (fresh) => {
          const stream = await fresh.opens();
          await stream.echoes(fresh.carries);
          const after = encodeData(stream.address, Buffer.alloc(0));
          stream.link.injectFrames(
            arrange(arrival, { subject: bytes(stream), after }),
            `${name}, ${arrival}`,
          );
          await fresh.survives(stream, rule);
        });
      }
    }
  },
});
