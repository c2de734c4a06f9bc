import { Opcode, scenario } from 'tunnel-testbed/scenarios';

/** How long the application does not read, at most twice, in milliseconds. */
const STUCK_MS = 1000;

export default scenario({
  id: 'backpressure/slow-application',
  title: 'A slow application loses nothing',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'Backups and media players read in bursts: bytes must wait, not vanish.',
  run: async (stage) => {
    const stream = await stage.opens({ paused: true });
    if (stage.role === 'destination') stream.app.stopsReading();
    const down = stream.pours('down', stage.long ? 64_000_000 : 6_000_000);
    await stage.comes(down.poured, STUCK_MS);
    // A client that reads on has taken all of it, and let go of what it cannot hold, once it answers.
    stream.link.ping(Buffer.from('still reading?'));
    await stage.comes(
      stream.link.controls.take(({ opcode }) => opcode === Opcode.PONG),
      STUCK_MS,
    );
    stream.app.readsAgain();
    await down.completes(stage.carries);
    await stream.echoes(stage.carries);
  },
});
