import { setTimeout as pause } from 'node:timers/promises';
import { MessageType } from 'tunnel-testbed/protocol';
import { openDescriptors, scenario } from 'tunnel-testbed/scenarios';

/** If a client still has many descriptors open, it is checked again this many times within the patience. */
const LINGER_TRIES = 20;

export default scenario({
  id: 'resilience/no-leaked-descriptors',
  title: 'Streams leave no descriptors open',
  rules: ['S17'],
  role: 'client',
  needs: { process: true },
  extraMs: 120_000,
  why: 'A device that runs for months would reach its limit.',
  expects: "The number of the client's open descriptors does not grow with the number of streams.",
  run: async (trial) => {
    const pid = trial.client.pid;
    const warmUp = 20;
    const rounds = trial.long ? 1000 : 60;
    let before = 0;
    for (let i = 0; i < warmUp + rounds; i++) {
      const stream = await trial.opens();
      await stream.echoes(trial.carries);
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
      if (i === warmUp) before = await openDescriptors(trial.client.pid ?? pid);
    }
    await (await trial.opens()).echoes(trial.carries);
    let after = await openDescriptors(trial.client.pid ?? pid);
    // A client may keep a closed connection for a while, so that no bytes are lost.
    for (let tries = 0; tries < LINGER_TRIES && after - before >= rounds / 3; tries++) {
      await pause(trial.patienceMs / LINGER_TRIES);
      after = await openDescriptors(trial.client.pid ?? pid);
    }
    if (before === 0 || after === 0) trial.skip('the system does not say how many descriptors are open');
    trial.check(after - before < rounds / 3, {
      rule: 'S17',
      symptom: 'leaks-descriptors',
      detail: `${before} before, ${after} after ${rounds} streams`,
    });
  },
});
