import { MessageType } from 'tunnel-testbed/protocol';
import { otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/refused-dial-is-reported',
  title: 'A further connection that cannot be dialled is reported',
  rules: ['S9'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  extraMs: 20_000,
  why: 'Otherwise the application at the source hangs, or all its other connections end with it.',
  expects:
    'It sends CONNECTION_RESET with the id of the connection that could not be dialled, and the first connection goes on. STREAM_RESET, which ends all of them, is in the text too: a warning.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    trial.app.stops(trial.serviceId);
    const connectionId = otherId(stream.connectionId, 1);
    stream.inject({ type: MessageType.CONNECTION_START, connectionId });
    const reset = stream.socket.messages.take(
      (m) => m.type === MessageType.CONNECTION_RESET || m.type === MessageType.STREAM_RESET,
    );
    const wait = trial.patienceMs + trial.declares.dialMs;
    const got = await trial.awaits(reset, { rule: 'S9', symptom: 'refusal-not-reported', within: wait });
    trial.check(got.type === MessageType.CONNECTION_RESET, {
      rule: 'S9',
      symptom: 'resets-whole-stream',
      force: 'SHOULD',
    });
    trial.check(got.connectionId === connectionId, { rule: 'S9', symptom: 'refusal-of-another-connection' });
    await stream.echoes('S9');
  },
});
