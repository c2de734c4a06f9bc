import { firstOf, scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

/** The scenario waits this long for a second handshake, in milliseconds. */
const AGAIN_MS = 500;

export default scenario({
  id: 'dialling/rotated',
  title: 'After a rotation of its token, a client does not repeat its request',
  rules: ['H11', 'S13'],
  role: 'destination',
  versions: 'any',
  why: 'A token that was rotated never works again. Otherwise every device would repeat its request for ever.',
  expects:
    'The client ends, waits for a person, or sends another request. It does not repeat a request that was refused.',
  run: async (trial) => {
    const { socket, within } = await whileDialling(trial);
    trial.service.handshakes.drain();
    trial.service.answers({ status: 403, body: 'Invalid access-token' }, 'always');
    await socket.closes(1008, 'Access token was rotated');
    await trial.awaits(socket.ended, { rule: 'W6', symptom: 'close-not-answered', within });
    const wait = within + trial.declares.reconnectMs;
    const first = trial.service.handshakes.take();
    const came = await trial.comes(firstOf([first, trial.client.exited.then(() => undefined)]), wait);
    if (came === undefined) return;
    const again = trial.service.handshakes.take(({ identity }) => identity === came.identity);
    const twice = await trial.comes(firstOf([again, trial.client.exited.then(() => undefined)]), AGAIN_MS);
    trial.check(twice === undefined, { rule: 'H11', symptom: 'repeats-refused-request', force: 'MUST' });
  },
});
