import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v1-ignores-service-id',
  title: 'A client that speaks V1 ignores service ids',
  rules: ['X1'],
  role: 'client',
  versions: ['V1'],
  why: 'A V1 device with a V2 operator is a supported pair.',
  expects: 'The client treats messages with a service id like messages without one.',
  run: async (trial) => {
    trial.service.services = ['SSH'];
    // A destination also gets STREAM_START with a service id. A source starts streams itself, without one.
    const stream =
      trial.role === 'source'
        ? await trial.opens({ serviceId: '' })
        : await trial.opens({ serviceId: '', ids: { serviceId: 'SSH' } });
    const named = { ...stream.ids, serviceId: 'SSH' };
    const payload = trial.bytes(50);
    stream.socket.inject({ ...named, type: MessageType.DATA, payload });
    await stream.appReceives(payload, 'X1');
    await stream.pours('up', 50).completes('X1');
    stream.socket.inject({ ...named, type: MessageType.STREAM_RESET });
    await stream.appIsClosed({ rule: 'X1', trigger: 'named-stream-reset' });
  },
});
