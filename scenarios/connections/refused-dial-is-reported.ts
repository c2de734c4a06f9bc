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
  why: 'Otherwise the application at the source hangs.',
  expects:
    'The client sends CONNECTION_RESET with the id of the connection that it could not dial, and the first connection continues. The guides also allow STREAM_RESET (D2). The client then closes the first connection too, and serves the next stream.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    const address = trial.app.ports.get(trial.serviceId)!;
    trial.app.stops(trial.serviceId);
    const connectionId = otherId(stream.connectionId, 1);
    stream.inject({ type: MessageType.CONNECTION_START, connectionId });
    const reset = stream.socket.messages.take(
      (m) => m.type === MessageType.CONNECTION_RESET || m.type === MessageType.STREAM_RESET,
    );
    const wait = trial.patienceMs + trial.declares.dialMs;
    const got = await trial.awaits(reset, { rule: 'S9', symptom: 'refusal-not-reported', within: wait });
    trial.check(got.streamId === stream.streamId, { rule: 'S9', symptom: 'refusal-of-another-stream' });
    if (got.type === MessageType.STREAM_RESET) {
      stream.isStreamReset = true;
      await stream.appIsClosed({ rule: 'S11', trigger: 'STREAM_RESET' });
      await trial.app.listens(trial.serviceId, address);
      return trial.survives({ rule: 'S9', trigger: 'STREAM_RESET' });
    }
    trial.check(got.connectionId === connectionId, { rule: 'S9', symptom: 'refusal-of-another-connection' });
    await stream.echoes('S9');
  },
});
