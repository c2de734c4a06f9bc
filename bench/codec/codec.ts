import type { Bench, BenchCase, Comparison, Sampler } from '../harness/bench.js';
import { cpuNsPerTurn } from '../harness/cpu.js';
import { OURS, protobufjsReflection, protobufjsStatic } from './codecs.js';
import { framings } from './framings.js';
import { sampleMessage } from './messages.js';

const SIZES = [
  { size: '200 B', payload: 200, encodings: 1_000_000, decodings: 2_000_000 },
  { size: '64 KB', payload: 64_512, encodings: 20_000, decodings: 2_000_000 },
];
const STATIC = 'protobufjs static';
const REFLECTION = 'protobufjs reflection';

/** Comparisons of our contender with each of the others. */
function againstOurs(metric: string, others: readonly string[], ours = 'ours'): Comparison[] {
  return others.map((against) => ({ metric, of: ours, against }));
}

/** The last result of the work. It is kept, so that the compiler does not remove the work as unused. */
export const kept: unknown[] = [undefined];

function timed(turns: number, prepare: () => () => unknown): Sampler {
  return (scale) => {
    const work = prepare();
    const count = Math.ceil(turns * scale);
    const cpuNsPerMessage = cpuNsPerTurn(count, () => {
      kept[0] = work();
    });
    return { cpuNsPerMessage };
  };
}

function encodeCase({ size, payload, encodings }: (typeof SIZES)[number]): BenchCase {
  const value = sampleMessage(payload);
  return {
    name: `encode ${size}`,
    contenders: {
      ours: timed(encodings, () => () => OURS.encode(value)),
      [STATIC]: timed(encodings, () => () => protobufjsStatic().encode(value)),
      [REFLECTION]: timed(encodings, () => () => protobufjsReflection().encode(value)),
    },
    comparisons: againstOurs('cpuNsPerMessage', [STATIC, REFLECTION]),
  };
}

function decodeCase({ size, payload, decodings }: (typeof SIZES)[number]): BenchCase {
  const body = OURS.encode(sampleMessage(payload));
  return {
    name: `decode ${size}`,
    contenders: {
      'ours, scan in place': timed(decodings, () => () => OURS.scan(body)),
      ours: timed(decodings, () => () => OURS.decode(body)),
      [STATIC]: timed(decodings, () => () => protobufjsStatic().decode(body)),
      [REFLECTION]: timed(decodings, () => () => protobufjsReflection().decode(body)),
    },
    comparisons: [
      ...againstOurs('cpuNsPerMessage', [STATIC, REFLECTION]),
      ...againstOurs('cpuNsPerMessage', [STATIC], 'ours, scan in place'),
    ],
  };
}

export const codec: Bench = {
  name: 'codec',
  description: 'our codec, scanner and frame reader compared with protobufjs, CPU per message',
  cases: [...SIZES.map(encodeCase), ...SIZES.map(decodeCase), ...framings],
};
