import { scenario } from 'tunnel-testbed/scenarios';

/** The application does not read for this long, at most twice, in milliseconds. */
const STUCK_MS = 1000;

export default scenario({
  id: 'backpressure/slow-application',
  title: 'A slow application loses no bytes',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'Backups and media players read in bursts. Until they read again, the bytes must wait.',
  expects:
    'The client holds bytes, or stops reading the WebSocket, until its application reads again. Then all bytes arrive. The client may not drop any.',
  run: async (trial) => {
    const stream = await trial.opens({ paused: true });
    if (trial.role === 'destination') stream.app.stopsReading();
    const down = stream.pours('down', trial.long ? 64_000_000 : 6_000_000);
    await trial.comes(down.poured, STUCK_MS);
    // A client that continues to read has read all bytes when it answers, and has dropped the bytes that it cannot hold.
    await trial.comes(stream.socket.settles(), STUCK_MS);
    stream.app.readsAgain();
    await down.completes(trial.carries);
    await stream.echoes(trial.carries);
  },
});
