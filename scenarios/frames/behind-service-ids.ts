import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/behind-service-ids',
  title: 'Frames in the same WebSocket message as SERVICE_IDS are not lost',
  rules: ['W4', 'S1'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'The service merges what is under way, and a source that waits starts at once.',
  run: async (stage) => {
    stage.service.announces = false;
    const link = await stage.client.connects();
    const availableServiceIds = stage.service.services;
    const ids = encodeFrame(message({ type: MessageType.SERVICE_IDS, availableServiceIds }));
    const address = stage.newAddress();
    const start = encodeFrame(message({ ...address, type: MessageType.STREAM_START }));
    link.started(address);
    link.injectFrames([binary(Buffer.concat([ids, start]))], 'SERVICE_IDS and STREAM_START in one message');
    const dialled = stage.app.accepted(stage.serviceId);
    await stage.client.awaits(dialled, 'W4', 'it lost what came in one message with SERVICE_IDS');
  },
});
