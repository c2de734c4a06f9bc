import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/abort-is-reported',
  title: 'A local TCP reset is reported',
  rules: ['S8'],
  role: 'client',
  why: 'Otherwise the other end keeps a dead connection.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S8');
    stream.app.aborts();
    await stream.isReset('S8');
    await stage.stillOpens('S8');
  },
});
