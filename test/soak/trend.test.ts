import { expect, it } from 'vitest';
import { trendOf } from './trend.js';

const noise = (i: number) => ((i * 7919) % 101) / 50 - 1;
const samples = (slope: number) =>
  Array.from({ length: 300 }, (_, i) => [i, 100 + slope * i + noise(i)] as const);

it('finds the slope of a line through noise', () => {
  const { slope, low, high } = trendOf(samples(0.5));
  expect(slope).toBeCloseTo(0.5, 2);
  expect([low < 0.5, high > 0.5, low > 0.4]).toEqual([true, true, true]);
});

it('has zero within its interval where nothing grows', () => {
  const { low, high } = trendOf(samples(0));
  expect([low < 0, high > 0]).toEqual([true, true]);
});

it('is less sure of samples that resemble their neighbours', () => {
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  const wave = Array.from({ length: 300 }, (_, i) => [i, 100 + Math.sin(i / 20)] as const);
  const mixed = wave.map(([time], i) => [time, wave[(i * 7919) % 300]![1]] as const);
  expect(width(trendOf(wave))).toBeGreaterThan(3 * width(trendOf(mixed)));
});

it('refuses to judge by a few', () => {
  expect(() => trendOf([[0, 1]])).toThrow(/five samples/);
});
