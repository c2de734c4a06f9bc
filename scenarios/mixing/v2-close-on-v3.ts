import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'mixing/v2-close-on-v3',
  title: 'When an application closes on a V2 stream, the client sends STREAM_RESET',
  rules: ['X3', 'S8'],
  role: 'destination',
  versions: ['V3'],
  why: 'A V2 source does not know CONNECTION_RESET.',
  expects: 'The client reports the end of the connection with STREAM_RESET.',
  run: async (trial) => {
    const stream = await trial.opens({ ids: { connectionId: 0 } });
    await stream.echoes('X3');
    stream.app.closes();
    const reset = await stream.isReset('X3');
    trial.check(reset.type === MessageType.STREAM_RESET, { rule: 'X3', symptom: 'connection-reset-on-v2' });
  },
});
