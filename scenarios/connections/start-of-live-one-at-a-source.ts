import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/start-of-live-one-at-a-source',
  title: 'A source closes the connection that CONNECTION_START names',
  rules: ['S9'],
  role: 'source',
  versions: ['V3'],
  why: 'Otherwise both ends use the same number for different connections.',
  expects:
    'The client closes the connection that CONNECTION_START names. The guides say "should". So it is a warning if the connection continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S9');
    stream.inject({ type: MessageType.CONNECTION_START });
    const outcome = await stream.fence('S9');
    trial.check(outcome !== 'alive', {
      rule: 'S9',
      symptom: 'keeps-doubtful-connection',
      detail: 'the guides say "should": a source should close that connection',
      force: 'SHOULD',
    });
    stream.app.closes();
    await trial.survives({ rule: 'S9', trigger: 'CONNECTION_START' });
  },
});
