import { firstOf, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/pings-unanswered',
  title: 'The client stays connected if its pings are not answered',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  extraMs: 90_000,
  why: 'The guides say that an unanswered ping is not an error.',
  expects:
    'The client stays connected. If nothing at all arrives on a connection, the client may give it up (D19), so bytes pass between the pings. A client that sends no pings is not judged.',
  run: async (trial) => {
    const { pingIntervalMs } = trial.declares;
    if (pingIntervalMs === 0) trial.skip('the client does not declare that it sends pings');
    if (pingIntervalMs > 2000 && !trial.long)
      trial.skip('the pings of the client are too far apart for the quick suite');
    trial.service.answersPings = false;
    const stream = await trial.opens();
    for (let i = 0; i < 3; i++) {
      const ping = stream.socket.controls.take((frame) => frame.opcode === 9);
      await trial.awaits(firstOf([ping, stream.socket.ended]), {
        rule: 'W3',
        symptom: 'does-not-ping',
        force: 'SHOULD',
        within: trial.patienceMs + pingIntervalMs,
      });
      await stream.echoes({ rule: 'W3', force: 'MUST' });
    }
  },
});
