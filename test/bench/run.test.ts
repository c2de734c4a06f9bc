import { describe, expect, it } from 'vitest';
import type { Bench, Metrics } from '../../bench/harness/bench.js';
import { roundOrder } from '../../bench/harness/order.js';
import { caseReport, figure } from '../../bench/harness/report.js';
import { runCase } from '../../bench/harness/run.js';
import { verdictOf } from '../../bench/harness/verdict.js';

const never = () => {
  throw new Error('A contender is sampled in a process of its own');
};
const bench: Bench = {
  name: 'example',
  description: '',
  cases: [
    {
      name: 'some work',
      contenders: { a: never, b: never, c: never },
      comparisons: [{ metric: 'ns', of: 'a', against: 'b', target: { atMost: 0.6 } }],
    },
  ],
};

/** Runs the example with samples given by contender and round. */
async function run(rounds: number, sampleOf: (contender: string, round: number) => Metrics) {
  const order: string[] = [];
  const counts = new Map<string, number>();
  const result = await runCase(bench, bench.cases[0]!, {
    rounds,
    scale: 0.5,
    takeSample: async ({ contender, scale }) => {
      expect(scale).toBe(0.5);
      order.push(contender);
      const round = counts.get(contender) ?? 0;
      counts.set(contender, round + 1);
      return sampleOf(contender, round);
    },
  });
  return { order: order.join(''), result };
}

describe('a run', () => {
  it('reverses the order each round', async () => {
    expect(roundOrder(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
    const { order } = await run(4, () => ({ ns: 1 }));
    expect(order).toBe('abccbaabccba');
  });

  it('compares within a round, so that a slow round slows nobody', async () => {
    const slowdown = [1, 10, 2, 50, 1, 7, 3];
    const { result } = await run(7, (contender, round) => ({
      ns: (contender === 'a' ? 1 : 2) * slowdown[round]!,
    }));
    expect(result.comparisons[0]).toMatchObject({
      ratio: { median: 0.5, low: 0.5, high: 0.5 },
      verdict: 'met',
    });
  });

  it('keeps every sample in the order of the rounds', async () => {
    const { result } = await run(3, (contender, round) => ({ ns: round + (contender === 'c' ? 10 : 0) + 1 }));
    expect(result.contenders.c!.ns).toMatchObject({ samples: [11, 12, 13], median: 12 });
  });

  it('says which contender lacks a metric', async () => {
    const lacking = run(2, (contender): Metrics => (contender === 'b' ? { other: 1 } : { ns: 1 }));
    await expect(lacking).rejects.toThrow('b has not measured ns');
  });
});

describe('a verdict', () => {
  const interval = (low: number, high: number) => ({ median: (low + high) / 2, low, high, confidence: 0.95 });

  it('needs the whole interval on one side of the target', () => {
    expect(verdictOf(interval(1.0, 1.05), { atMost: 1.1 })).toBe('met');
    expect(verdictOf(interval(1.0, 1.2), { atMost: 1.1 })).toBe('unclear');
    expect(verdictOf(interval(1.2, 1.3), { atMost: 1.1 })).toBe('missed');
    expect(verdictOf(interval(0.7, 0.8), { atLeast: 0.6 })).toBe('met');
    expect(verdictOf(interval(0.5, 0.55), { atLeast: 0.6 })).toBe('missed');
    expect(verdictOf(interval(0.5, 0.7), undefined)).toBe('no target');
  });
});

describe('a report', () => {
  it('names the contenders, the target and the verdict', async () => {
    const { result } = await run(6, (contender) => ({ ns: contender === 'a' ? 1 : 2 }));
    const text = caseReport('example', result);
    for (const word of ['example: some work', 'ns: a / b', '0.500', '≤ 0.6', 'met'])
      expect(text).toContain(word);
  });

  it('writes three significant digits', () => {
    expect([0.12345, 1.5, 12.34, 123.4, 1234.5].map(figure)).toEqual([
      '0.123',
      '1.50',
      '12.3',
      '123',
      '1,235',
    ]);
  });
});
