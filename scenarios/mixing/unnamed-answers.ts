import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/unnamed-answers',
  title: 'Answers without service id belong to the only service',
  rules: ['X1', 'M12'],
  role: 'source',
  versions: ['V2'],
  why: 'A V1 device with a V2 operator is a supported pair, and the device sends no service id.',
  expects:
    'The client treats DATA and STREAM_RESET without service id as messages of its only stream. It is a warning if it does not.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S3');
    const payload = trial.bytes(50);
    stream.inject({ type: MessageType.DATA, serviceId: '', payload });
    await stream.appReceives(payload, { rule: 'X1', force: 'SHOULD' });
    await stream.echoes({ rule: 'X1', force: 'SHOULD' });
    stream.inject({ type: MessageType.STREAM_RESET, serviceId: '' });
    await stream.appIsClosed({ rule: 'X1', trigger: 'unnamed-stream-reset', force: 'SHOULD' });
  },
});
