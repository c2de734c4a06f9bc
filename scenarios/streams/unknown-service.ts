import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/unknown-service',
  title: 'A stream for an unknown service does not crash the client',
  rules: ['S17'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'A rotation can change the services of a tunnel while clients run.',
  expects:
    'The client refuses the stream, ignores it, or ends its WebSocket. Then it serves the services that it has.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    const ids = { ...trial.newIds('OTHER'), serviceId: 'OTHER' };
    stream.socket.inject({ type: MessageType.STREAM_START, ...ids });
    await trial.survives({ rule: 'S17', stream, trigger: 'start-of-an-unknown-service' });
  },
});
