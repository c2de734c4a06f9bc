import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/data-before-dialled',
  title: 'DATA right behind STREAM_START is delivered',
  rules: ['S4', 'S3'],
  role: 'destination',
  why: 'A source need not wait for the connection: what comes before it stands must be kept.',
  run: async (stage) => {
    await stage.client.connects();
    const address = stage.newAddress();
    const bytes = stage.bytes(100_000);
    const start = encodeFrame(message({ ...address, type: MessageType.STREAM_START }));
    const { link } = stage.client;
    link.started(address);
    link.injectFrames(
      [binary(Buffer.concat([start, encodeData(address, bytes)]))],
      'STREAM_START and DATA in one WebSocket message',
    );
    const app = await stage.client.awaits(
      stage.app.accepted(stage.serviceId),
      'S4',
      'it did not dial the service',
    );
    const got = await stage.client.awaits(
      app.arrives(bytes.length),
      'S4',
      'DATA right behind STREAM_START was lost',
    );
    stage.check(got.equals(bytes), 'S4', 'DATA right behind STREAM_START was changed');
  },
});
