import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/unnamed-answers',
  title: 'Answers without service id belong to the only service',
  rules: ['X1', 'M12'],
  role: 'source',
  versions: ['V2'],
  why: 'A V1 device behind a V2 operator is a supported pair, and it names nothing.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S3');
    const payload = stage.bytes(50);
    stream.inject({ type: MessageType.DATA, serviceId: '', payload });
    await stream.appReceives(payload, 'X1', 'SHOULD');
    await stream.echoes('X1', 'SHOULD');
    stream.inject({ type: MessageType.STREAM_RESET, serviceId: '' });
    const symptom = 'it left the local connection open after STREAM_RESET without service id';
    await stream.appIsClosed('X1', symptom, 'SHOULD');
  },
});
