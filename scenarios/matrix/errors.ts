import { scenario } from 'tunnel-testbed/scenarios';
import { runErrors } from './support/run-errors.js';

export default scenario({
  id: 'matrix/errors',
  title:
    'A message that may end a stream does not crash a client or leave it deaf, in any state, however it arrives',
  rules: ['M10', 'M11', 'S17', 'M1', 'W1', 'X2', 'X4'],
  role: 'client',
  // Under --long there are hundreds of cells, and each may need its own client. This limit only ends a run that hangs.
  extraMs: 7_200_000,
  why: 'This is the matrix of messages that are errors, or that a client may treat as one.',
  expects:
    'The client ignores the message, or ends the stream, its WebSocket or itself normally. Then it serves the next application. It does not crash or go deaf, and no application receives a part of the message.',
  run: runErrors,
});
