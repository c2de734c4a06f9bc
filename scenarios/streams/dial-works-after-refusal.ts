import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/dial-works-after-refusal',
  title: 'After a failed dial the next stream works',
  rules: ['S4'],
  role: 'destination',
  extraMs: 20_000,
  why: 'A service that was restarted must be reachable again.',
  run: async (stage) => {
    await stage.client.connects();
    const port = stage.app.ports.get(stage.serviceId)!;
    stage.app.targetStops(stage.serviceId);
    const { link } = stage.client;
    link.inject({ type: MessageType.STREAM_START, ...stage.newAddress() });
    const reset = link.messages.take((m) => m.streamId !== 0);
    await stage.client.awaits(
      reset,
      'S4',
      'it did not report that it could not dial',
      stage.patienceMs + stage.declares.dialMs,
    );
    await stage.app.targetListens(stage.serviceId, port);
    await (await stage.opens()).echoes('S4');
  },
});
