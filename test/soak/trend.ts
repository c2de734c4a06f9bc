/** How a value changes with time: the slope of a straight line through the samples, and its 95 % interval. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

/** Two-sided 95 % of the normal distribution, which is near enough for the hundreds of samples of a soak. */
const WIDTH = 1.96;

/**
 * Least squares. Samples that follow each other resemble each other, which makes the interval of the textbook too narrow: it is
 * widened as for a first-order autocorrelation of the residuals.
 * @throws {Error} for fewer than five samples.
 */
export function trendOf(samples: readonly (readonly [time: number, value: number])[]): Trend {
  const { length } = samples;
  if (length < 5) throw new Error(`A trend takes five samples, not ${length}`);
  const meanTime = samples.reduce((sum, [time]) => sum + time, 0) / length;
  const mean = samples.reduce((sum, [, value]) => sum + value, 0) / length;
  const spread = samples.reduce((sum, [time]) => sum + (time - meanTime) ** 2, 0);
  const slope = samples.reduce((sum, [time, value]) => sum + (time - meanTime) * (value - mean), 0) / spread;
  const residuals = samples.map(([time, value]) => value - mean - slope * (time - meanTime));
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const lagged = residuals.slice(1).reduce((sum, residual, i) => sum + residual * residuals[i]!, 0);
  const correlation = squares === 0 ? 0 : Math.min(0.95, Math.max(0, lagged / squares));
  const inflation = Math.sqrt((1 + correlation) / (1 - correlation));
  const half = WIDTH * Math.sqrt(squares / (length - 2) / spread) * inflation;
  return { slope, low: slope - half, high: slope + half, mean };
}
