/**
 * `npm run soak -- --minutes N`: one service for a long time. Tunnels live beside tunnels that come and go, faults are put on and
 * taken off, captures run, and the clock is moved. Every byte is checked end to end. At the end it prints by how much memory grew
 * after the first tenth, with the interval in which that lies; the exit status is 1 for growth or a loss. See
 * docs/reliability.md.
 */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../fuzz/random.js';
import { Neighbour } from '../fuzz/subject/neighbour.js';
import { FuzzedService } from '../fuzz/subject/service.js';
import { brokenTunnel, capture, harmlessFault, shortTunnel, strayConnection } from './churn.js';
import { MEMORY_LINE, type MemorySample, sampleMemory } from './memory.js';
import { trendOf } from './trend.js';

const LONG_TUNNELS = 24;
/** A tunnel lives twelve hours of the service's clock; it is replaced well before. */
const LONGEST_LIFE_MS = 8 * 3_600_000;
const SAMPLE_EVERY_MS = 3000;
/** Growth that nobody would notice in a day: it is below what a sample varies by. */
const MOST_GROWTH = 0.02;
const MEGABYTE = 1024 * 1024;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: 'soak' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not '${values.minutes}'`);

const hook = fileURLToPath(new URL('memory-on-signal.mjs', import.meta.url));
await using service = await FuzzedService.start({
  nodeArgs: ['--expose-gc', '--import', hook],
  expected: MEMORY_LINE,
});
const random = new Random(values.seed);
const tunnels: { neighbour: Neighbour; opened: number }[] = [];
const samples: MemorySample[] = [];
const counts = { rounds: 0, bytes: 0, tunnels: 0, faults: 0, captures: 0 };
let sampledAt = -Infinity;
const startedAt = performance.now();

while (performance.now() < startedAt + minutes * 60_000) {
  await round();
  counts.rounds++;
  if (performance.now() - sampledAt < SAMPLE_EVERY_MS) continue;
  sampledAt = performance.now();
  samples.push(await sampleMemory(service.process, startedAt));
}
for (const { neighbour } of tunnels) neighbour[Symbol.dispose]();
await service.stop();
report();

async function round(): Promise<void> {
  if (tunnels.length < LONG_TUNNELS)
    tunnels.push({ neighbour: await newTunnel(), opened: service.api.advancedMs });
  const bytes = 1 + random.below(random.oneIn(20) ? 60_000 : 2000);
  await Promise.all(tunnels.map(({ neighbour }) => neighbour.exchange(bytes)));
  counts.bytes += 2 * bytes * tunnels.length;
  const step = random.below(5);
  if (step === 0) await shortTunnel(service, random);
  if (step === 1) await harmlessFault(service, random.pick(tunnels).neighbour, random);
  if (step === 2) await brokenTunnel(service, random);
  if (step === 3) await strayConnection(service, random);
  if (step === 4 && random.oneIn(4)) await capture(service);
  if (step === 0 || step === 2) counts.tunnels++;
  if (step === 1 || step === 2) counts.faults++;
  if (step === 4) counts.captures++;
  if (random.oneIn(4)) await service.api.advance(1000 * (1 + random.below(60)));
  if (random.oneIn(50)) await replaceOne(random.below(tunnels.length));
  const oldest = tunnels.findIndex(({ opened }) => service.api.advancedMs - opened > LONGEST_LIFE_MS);
  if (oldest >= 0) await replaceOne(oldest);
  await service.check();
}

function newTunnel(): Promise<Neighbour> {
  return Neighbour.start(service.api, random.oneIn(2) ? service.ca : undefined);
}

async function replaceOne(index: number): Promise<void> {
  const { neighbour } = tunnels[index]!;
  neighbour[Symbol.dispose]();
  await service.api.forgetTunnel(neighbour.tunnelId);
  tunnels[index] = { neighbour: await newTunnel(), opened: service.api.advancedMs };
}

function report(): void {
  const { rounds, bytes, tunnels: churned, faults, captures } = counts;
  console.log(
    `${minutes} minutes, ${rounds} rounds, ${(bytes / MEGABYTE).toFixed(0)} MB in sequence, ${churned} short tunnels, ` +
      `${faults} faults, ${captures} captures, clock ${(service.api.advancedMs / 3_600_000).toFixed(1)} h forward`,
  );
  const later = samples.slice(Math.ceil(samples.length / 10));
  const hours = minutes / 60;
  for (const what of ['held', 'rss'] as const) {
    const { slope, low, high, mean } = trendOf(
      later.map((sample) => [sample.at / 3600, sample[what] / MEGABYTE]),
    );
    const grows = low > 0 && low * hours > MOST_GROWTH * mean;
    const [s, l, h, m] = [slope, low, high, mean].map((value) => value.toFixed(2));
    console.log(
      `${what}: ${m} MB, ${s} MB an hour (95 % between ${l} and ${h}), ${later.length} samples: ${grows ? 'GROWS' : 'no growth'}`,
    );
    if (grows && what === 'held') process.exitCode = 1;
  }
}
