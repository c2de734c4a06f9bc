import { setTimeout as pause } from 'node:timers/promises';
import { MessageType } from 'tunnel-testbed/protocol';
import { openDescriptors, scenario } from 'tunnel-testbed/scenarios';

/** How often a client that still has many open is looked at again, within the patience. */
const LINGER_TRIES = 20;

export default scenario({
  id: 'resilience/no-leaked-descriptors',
  title: 'Streams leave no descriptors behind',
  rules: ['S17'],
  role: 'client',
  needs: { process: true },
  extraMs: 120_000,
  why: 'A device that runs for months ends at its limit.',
  run: async (stage) => {
    const pid = stage.client.running?.pid;
    const warmUp = 20;
    const rounds = stage.long ? 1000 : 60;
    let before = 0;
    for (let i = 0; i < warmUp + rounds; i++) {
      const stream = await stage.opens();
      await stream.echoes(stage.carries);
      stream.inject({ type: MessageType.STREAM_RESET });
      await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
      stream.app.closes();
      if (i === warmUp) before = await openDescriptors(stage.client.running?.pid ?? pid);
    }
    await (await stage.opens()).echoes(stage.carries);
    let after = await openDescriptors(stage.client.running?.pid ?? pid);
    // A client may let a closed connection linger, to lose nothing.
    for (let tries = 0; tries < LINGER_TRIES && after - before >= rounds / 3; tries++) {
      await pause(stage.patienceMs / LINGER_TRIES);
      after = await openDescriptors(stage.client.running?.pid ?? pid);
    }
    if (before === 0 || after === 0) stage.skip('the system does not tell how many descriptors are open');
    stage.check(
      after - before < rounds / 3,
      'S17',
      'it leaks descriptors with each stream',
      `${before} before, ${after} after ${rounds} streams`,
    );
  },
});
