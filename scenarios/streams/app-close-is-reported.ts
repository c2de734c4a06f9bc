import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/app-close-is-reported',
  title: 'When an application closes, the client reports it after all bytes that were written before',
  rules: ['S8'],
  role: 'client',
  why: 'Otherwise the other end keeps a dead connection, or loses the last bytes of a file.',
  expects:
    'The client first sends all bytes that were written. Then it sends STREAM_RESET (in V3 CONNECTION_RESET or STREAM_RESET).',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S8');
    const last = trial.bytes(200_000);
    stream.app.writes(last);
    stream.app.closes();
    await stream.serviceReceives(last, 'S8');
    await stream.isReset('S8');
  },
});
