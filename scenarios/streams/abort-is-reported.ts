import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/abort-is-reported',
  title: 'When an application resets its connection, the client reports it',
  rules: ['S8'],
  role: 'client',
  why: 'Otherwise the other end keeps a dead connection.',
  expects:
    'The client sends STREAM_RESET (in V3 CONNECTION_RESET or STREAM_RESET), and the next application is served on the same WebSocket.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S8');
    stream.app.closes('by reset');
    await stream.isReset('S8');
    await trial.opens({ blame: { rule: 'S8', trigger: 'local-tcp-reset' } });
  },
});
