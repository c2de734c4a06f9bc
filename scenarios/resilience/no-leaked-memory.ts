import { MessageType } from 'tunnel-testbed/protocol';
import { heldMemory, type LiveStream, type Stage, scenario } from 'tunnel-testbed/scenarios';

/** Bytes that each stream carries each way. */
const CARRIED = 32 * 1024;
/**
 * What a client may grow by with each stream, in bytes. A quarter of what the stream carried: room for a table that keeps
 * a little of each, none for buffers that are never let go.
 */
const ALLOWED = 16 * 1024;
const STREAMS = 500;
/**
 * Phases of so many streams. A client is blamed only where each ends with more than the one before: 4000 streams bring
 * 256 MB through it, so a runtime that collects its garbage has done so, and a cache is full.
 */
const PHASES = 8;
/** Streams between two looks at its memory. The least of a phase counts: what is held right after a collection. */
const LOOK_EVERY = 25;

export default scenario({
  id: 'resilience/no-leaked-memory',
  title: 'Streams leave no memory behind',
  rules: ['S17'],
  role: 'client',
  needs: { process: true },
  long: true,
  extraMs: 3_600_000,
  why: 'A device that runs for months runs out of it.',
  run: async (stage) => {
    const held: number[] = [];
    for (let phase = 0; phase < PHASES; phase++) {
      held.push(await leastHeld(stage));
      if (held.includes(0)) stage.skip('the system does not tell how much memory a process holds');
      const growth = (held[phase]! - (held[phase - 1] ?? 0)) / STREAMS;
      if (phase > 0 && growth < ALLOWED) return;
    }
    const perStream = (held.at(-1)! - held[0]!) / ((PHASES - 1) * STREAMS);
    const megabytes = held.map((bytes) => Math.round(bytes / 1e6)).join(', ');
    const detail = `${Math.round(perStream / 1024)} KiB a stream; ${megabytes} MB after each ${STREAMS} streams`;
    stage.check(false, 'S17', 'its memory grows with each stream', detail);
  },
});

/** Runs a phase of streams; gives the least memory the client held in it. */
async function leastHeld(stage: Stage): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i <= STREAMS; i++) {
    await carriesAndEnds(stage, await stage.opens());
    if (i % LOOK_EVERY === 0) least = Math.min(least, await heldMemory(stage.client.running?.pid));
  }
  return least;
}

async function carriesAndEnds(stage: Stage, stream: LiveStream): Promise<void> {
  await stream.carriesDown(stage.bytes(CARRIED), stage.carries);
  await stream.carriesUp(stage.bytes(CARRIED), stage.carries);
  stream.inject({ type: MessageType.STREAM_RESET });
  await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
  stream.app.closes();
}
