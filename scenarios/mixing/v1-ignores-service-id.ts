import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v1-ignores-service-id',
  title: 'A client in V1 format ignores service ids',
  rules: ['X1'],
  role: 'client',
  versions: ['V1'],
  why: 'A V1 device behind a V2 operator is a supported pair.',
  run: async (stage) => {
    stage.service.services = ['SSH'];
    await stage.client.connects();
    // A destination is started by the name, too; a source starts streams itself, and names none.
    const stream =
      stage.role === 'source'
        ? await stage.opens({ serviceId: '' })
        : await stage.startsStream({ serviceId: '', address: { serviceId: 'SSH' } });
    const named = { ...stream.address, serviceId: 'SSH' };
    const payload = stage.bytes(50);
    stream.link.inject({ ...named, type: MessageType.DATA, payload });
    await stream.appReceives(payload, 'X1');
    await stream.carriesUp(stage.bytes(50), 'X1');
    stream.link.inject({ ...named, type: MessageType.STREAM_RESET });
    await stream.appIsClosed('X1', 'it left the local connection open after a STREAM_RESET with service id');
  },
});
