import { MessageType } from 'tunnel-testbed/protocol';
import { heldMemory, type LiveStream, scenario, type Trial } from 'tunnel-testbed/scenarios';

/** Bytes that each stream carries each way. */
const CARRIED = 32 * 1024;
/**
 * A client may grow by this many bytes with each stream. This is a quarter of the bytes that the stream carried: enough
 * for a table with an entry for each stream, but not for buffers that are never released.
 */
const ALLOWED = 16 * 1024;
const STREAMS = 500;
/**
 * The number of phases. A client is blamed only if its memory grows in every phase. 4000 streams carry 256 MB, so a
 * garbage collector has run by then, and caches are full.
 */
const PHASES = 8;
/** The memory is read after this many streams. The least value of a phase counts: it is read right after a collection. */
const LOOK_EVERY = 25;

export default scenario({
  id: 'resilience/no-leaked-memory',
  title: 'Streams leave no memory behind',
  rules: ['S17'],
  role: 'client',
  needs: { process: true },
  long: true,
  extraMs: 3_600_000,
  why: 'A device that runs for months would have no memory left.',
  expects:
    'The memory of the client stops growing. Caches may fill at first. The client fails only if its memory grows from each phase to the next, up to the last phase.',
  run: async (trial) => {
    const held: number[] = [];
    for (let phase = 0; phase < PHASES; phase++) {
      held.push(await leastHeld(trial));
      if (held.includes(0)) trial.skip('the system does not say how much memory a process holds');
      const growth = (held[phase]! - (held[phase - 1] ?? 0)) / STREAMS;
      if (phase > 0 && growth < ALLOWED) return;
    }
    const perStream = (held.at(-1)! - held[0]!) / ((PHASES - 1) * STREAMS);
    const megabytes = held.map((bytes) => Math.round(bytes / 1e6)).join(', ');
    const detail = `${Math.round(perStream / 1024)} KiB a stream; ${megabytes} MB after each ${STREAMS} streams`;
    trial.check(false, { rule: 'S17', symptom: 'leaks-memory', detail });
  },
});

/** Runs a phase of streams; gives the least memory the client held in it. */
async function leastHeld(trial: Trial): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i <= STREAMS; i++) {
    await carriesAndEnds(trial, await trial.opens());
    if (i % LOOK_EVERY === 0) least = Math.min(least, await heldMemory(trial.client.pid));
  }
  return least;
}

async function carriesAndEnds(trial: Trial, stream: LiveStream): Promise<void> {
  await stream.pours('down', CARRIED).completes(trial.carries);
  await stream.pours('up', CARRIED).completes(trial.carries);
  await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
}
