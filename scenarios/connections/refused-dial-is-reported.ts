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
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S4');
    stage.app.targetStops(stage.serviceId);
    const connectionId = otherId(stream.connectionId, 1);
    stream.inject({ type: MessageType.CONNECTION_START, connectionId });
    const reset = stream.link.messages.take(
      (m) => m.type === MessageType.CONNECTION_RESET || m.type === MessageType.STREAM_RESET,
    );
    const wait = stage.patienceMs + stage.declares.dialMs;
    const got = await stage.client.awaits(reset, 'S9', 'it did not report that it could not dial', wait);
    stage.check(
      got.type === MessageType.CONNECTION_RESET,
      'S9',
      'it resets the whole stream over one connection',
    );
    stage.check(
      got.connectionId === connectionId,
      'S9',
      'it reported another connection than the one that failed',
    );
    await stream.echoes('S9');
  },
});
