import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-when-idle',
  title: 'DATA and STREAM_RESET without a stream do nothing',
  rules: ['S7'],
  role: 'client',
  why: 'What was under way when a stream ended arrives when there is none.',
  run: async (stage) => {
    const link = await stage.connected();
    const address = stage.newAddress();
    link.started(address);
    link.inject({ ...address, type: MessageType.STREAM_RESET });
    link.inject({ ...address, type: MessageType.DATA, payload: stage.bytes(50) });
    await stage.stillOpens('S7');
  },
});
