import type { Bench, BenchCase, Comparison, Metrics } from './bench.js';
import { roundOrder } from './order.js';
import type { SampleRequest, TakeSample } from './sample.js';
import { type Estimate, estimate, ratios } from './statistics.js';
import { type Verdict, verdictOf } from './verdict.js';

export interface ComparisonResult extends Comparison {
  readonly ratio: Estimate;
  readonly verdict: Verdict;
}

export interface CaseResult {
  readonly name: string;
  /** By contender and metric: the estimate, and the samples in the order of rounds. */
  readonly contenders: Readonly<Record<string, Readonly<Record<string, MetricResult>>>>;
  readonly comparisons: readonly ComparisonResult[];
}

export interface MetricResult extends Estimate {
  readonly samples: readonly number[];
}

export interface RunOptions {
  readonly rounds: number;
  readonly scale: number;
  readonly takeSample: TakeSample;
  readonly onSample?: (request: SampleRequest, round: number) => void;
}

/** Runs one case. Each round measures every contender once, and the order is reversed from round to round. */
export async function runCase(bench: Bench, benchCase: BenchCase, options: RunOptions): Promise<CaseResult> {
  const names = Object.keys(benchCase.contenders);
  const samples = new Map<string, Metrics[]>(names.map((name) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of roundOrder(names, round)) {
      const request = { bench: bench.name, case: benchCase.name, contender, scale: options.scale };
      options.onSample?.(request, round);
      samples.get(contender)!.push(await options.takeSample(request));
    }
  }
  const contenders = Object.fromEntries(names.map((name) => [name, metricsOf(samples.get(name)!)]));
  const comparisons = benchCase.comparisons.map((comparison) => compare(comparison, contenders));
  return { name: benchCase.name, contenders, comparisons };
}

function metricsOf(samples: readonly Metrics[]): Record<string, MetricResult> {
  return Object.fromEntries(
    Object.keys(samples[0] ?? {}).map((metric) => {
      const values = samples.map((sample) => sample[metric]!);
      return [metric, { ...estimate(values), samples: values }];
    }),
  );
}

function compare(comparison: Comparison, contenders: CaseResult['contenders']): ComparisonResult {
  const samplesOf = (name: string) => {
    const found = contenders[name]?.[comparison.metric]?.samples;
    if (found === undefined) throw new Error(`${name} has not measured ${comparison.metric}`);
    return found;
  };
  const ratio = estimate(ratios(samplesOf(comparison.of), samplesOf(comparison.against)));
  return { ...comparison, ratio, verdict: verdictOf(ratio, comparison.target) };
}
