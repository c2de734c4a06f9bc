import { scenario } from 'tunnel-testbed/scenarios';
import { runErrors } from './support/run-errors.js';

export default scenario({
  id: 'matrix/errors',
  title:
    'What may end a stream neither crashes a client nor leaves it deaf, in any state, however it arrives',
  rules: ['M10', 'M11', 'S17', 'M1', 'W1', 'X2', 'X4'],
  role: 'client',
  // Under --long hundreds of cells, each of which may cost a client of its own: a bound on hanging, not on slowness.
  extraMs: 7_200_000,
  why: 'The matrix of messages that are errors, or may be taken for one.',
  expects:
    'It ignores the message, or ends the stream, its WebSocket or itself in order; then it serves the next application. It neither crashes nor goes deaf, and hands nothing of it to an application.',
  run: runErrors,
});
