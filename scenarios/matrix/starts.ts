import { MessageType } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'matrix/starts',
  title: 'STREAM_START works, however it arrives',
  rules: ['W4', 'S4'],
  role: 'destination',
  extraMs: 60_000,
  why: 'STREAM_START can be cut or merged like any other message.',
  expects: 'The client dials its target and carries bytes, however STREAM_START arrives.',
  run: async (trial) => {
    await trial.connected();
    for (const arrival of ARRIVALS) {
      const stream = await trial.opens({ arrival });
      await stream.echoes('W4');
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
    }
  },
});
