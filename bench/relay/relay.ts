import { performance } from 'node:perf_hooks';
import type { Bench, BenchCase, Comparison, Metrics, Sampler } from '../harness/bench.js';
import { besides, startSubject } from '../harness/subject.js';
import { buildLoad, type LoadShape } from './load.js';
import { Arrivals, GREETING_BYTES, openTcp, openWebSocket, send } from './peers.js';
import type { RelayReady } from './relay-ready.js';

interface RelayCase extends LoadShape {
  readonly name: string;
  readonly frames: number;
  /** The target for the cost of judging, as a ratio to the same relay with enforcement off. */
  readonly judging: Comparison['target'];
}

const CASES: readonly RelayCase[] = [
  { name: '64 KB', payload: 64_512, framesPerMessage: 1, frames: 6000, judging: { atMost: 1.1 } },
  {
    name: '200 B, one frame a message',
    payload: 200,
    framesPerMessage: 1,
    frames: 300_000,
    judging: { atMost: 1.25 },
  },
  {
    name: '200 B, merged',
    payload: 200,
    framesPerMessage: 500,
    frames: 1_000_000,
    judging: { atMost: 1.25 },
  },
];

/**
 * Sends a load through a new relay from source to destination and measures its CPU time. A quarter of the load warms it
 * up first.
 */
async function loadRelay(contender: string, shape: RelayCase, scale: number): Promise<Metrics> {
  const subject = await startSubject<RelayReady>(besides(import.meta.url, 'subject'), [contender]);
  const relay = subject.ready;
  const isWebSocket = contender !== 'TCP pipe';
  const open = isWebSocket ? openWebSocket : openTcp;
  const destination = await open(relay, 'destination');
  const source = await open(relay, 'source');
  source.resume();
  const load = buildLoad(shape);
  const arrivals = new Arrivals(destination, isWebSocket);
  const perChunk = isWebSocket ? load.chunkTunnelBytes : load.chunk.length;
  const turns = Math.ceil((shape.frames / load.chunkFrames) * scale);
  const warmTurns = Math.ceil(turns / 4);

  let expected = isWebSocket ? load.startTunnelBytes : load.start.length;
  if (relay.tokens) expected += GREETING_BYTES;
  const transfer = (times: number) => {
    expected += times * perChunk;
    return Promise.all([send(source, load.chunk, times), arrivals.total(expected)]);
  };
  source.write(load.start);
  await transfer(warmTurns);
  const cpuBefore = await subject.cpuNs();
  const startedAt = performance.now();
  await transfer(turns);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = (await subject.cpuNs()) - cpuBefore;
  await subject.stop();
  const bytes = turns * load.chunkTunnelBytes;
  return {
    cpuNsPerFrame: cpu / (turns * load.chunkFrames),
    cpuNsPerKiB: cpu / (bytes / 1024),
    megabytesPerSecond: bytes / 1e6 / seconds,
  };
}

function relayCase(shape: RelayCase): BenchCase {
  const sampler = (contender: string): Sampler => {
    return (scale) => loadRelay(contender, shape, scale);
  };
  const metric = 'cpuNsPerFrame';
  const names = ['service', 'service, enforce off', 'ws relay', 'TCP pipe'];
  return {
    name: shape.name,
    contenders: Object.fromEntries(names.map((name) => [name, sampler(name)])),
    comparisons: [
      {
        metric,
        of: 'service',
        against: 'service, enforce off',
        ...(shape.judging && { target: shape.judging }),
      },
      { metric, of: 'service', against: 'ws relay' },
      { metric, of: 'service', against: 'TCP pipe' },
    ],
  };
}

export const relay: Bench = {
  name: 'relay',
  description: 'the service compared with a ws relay that forwards without reading, and with a raw TCP pipe',
  cases: CASES.map(relayCase),
};
