import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/refused-dial-is-reported',
  title: 'A target that cannot be reached is reported',
  rules: ['S4'],
  role: 'destination',
  extraMs: 20_000,
  why: 'Otherwise the application at the source hangs.',
  run: async (stage) => {
    await stage.client.connects();
    stage.app.targetStops(stage.serviceId);
    const address = stage.newAddress();
    const { link } = stage.client;
    link.inject({ type: MessageType.STREAM_START, ...address });
    const reset = link.messages.take(
      (m) => m.type === MessageType.STREAM_RESET || m.type === MessageType.CONNECTION_RESET,
    );
    const wait = stage.patienceMs + stage.declares.dialMs;
    const { streamId, serviceId } = await stage.client.awaits(
      reset,
      'S4',
      'it did not report that it could not dial',
      wait,
    );
    stage.check(
      streamId === address.streamId,
      'S4',
      'it reported another stream than the one that failed',
      `${streamId}`,
    );
    const same = serviceId === address.serviceId || stage.version === 'V1';
    stage.check(same, 'S4', 'it reported another service than the one that failed', serviceId);
  },
});
