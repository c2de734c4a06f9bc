import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AdvanceableClock } from '../../../src/mock-service/kit/index.js';

describe('a frozen clock', () => {
  const frozen = () => new AdvanceableClock({ frozen: true, startAt: 1000 });

  it('moves only when it is advanced', () => {
    const clock = frozen();
    expect(clock.now()).toBe(1000);
    clock.advance(5);
    expect(clock.now()).toBe(1005);
  });

  it('fires what comes due in order, each at its own time, those set on the way included', () => {
    const clock = frozen();
    const fired: string[] = [];
    clock.after(30, () => fired.push(`late ${clock.now()}`));
    clock.after(10, () => {
      fired.push(`early ${clock.now()}`);
      clock.after(5, () => fired.push(`nested ${clock.now()}`));
    });
    clock.after(100, () => fired.push('not yet'));
    clock.advance(50);
    expect(fired).toEqual(['early 1010', 'nested 1015', 'late 1030']);
    expect(clock.now()).toBe(1050);
  });

  it('does not fire what was called off, nor anything twice', () => {
    const clock = frozen();
    const run = vi.fn();
    const timer = clock.after(10, run);
    clock.after(5, () => timer.cancel());
    clock.after(10, run);
    clock.advance(10);
    clock.advance(10);
    timer.cancel();
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('a running clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 5000 }));
  afterEach(() => void vi.useRealTimers());

  it('follows real time, plus what it was advanced by', () => {
    const clock = new AdvanceableClock();
    vi.advanceTimersByTime(100);
    expect(clock.now()).toBe(5100);
    clock.advance(1000);
    expect(clock.now()).toBe(6100);
  });

  it('fires by itself, and at once where an advance makes it due', () => {
    const clock = new AdvanceableClock();
    const run = vi.fn();
    clock.after(1000, run);
    vi.advanceTimersByTime(999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
    clock.after(1000, run);
    clock.advance(600);
    vi.advanceTimersByTime(399);
    expect(run).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('fires all that is due, though one of them throws', () => {
    const clock = new AdvanceableClock();
    const fired: number[] = [];
    for (let i = 0; i < 5; i++) {
      clock.after(10, () => {
        if (i === 1) throw new Error('broken');
        fired.push(i);
      });
    }
    expect(() => vi.advanceTimersByTime(10)).toThrow('broken');
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([0, 2, 3, 4]);
  });

  it('follows what is first when that is called off', () => {
    const clock = new AdvanceableClock();
    const run = vi.fn();
    const first = clock.after(10, () => expect.unreachable());
    clock.after(20, run);
    first.cancel();
    vi.advanceTimersByTime(20);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('waits longer than a native timer can', () => {
    const time = { date: () => Date.now(), running: () => performance.now(), suspended: () => 0 };
    const clock = new AdvanceableClock({ time });
    const run = vi.fn();
    clock.after(2 ** 31 + 1000, run);
    vi.advanceTimersByTime(2 ** 31 + 999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('a machine whose date is set, or that is suspended', () => {
  /** What was added to the date, and how long the machine was suspended. */
  const time = { date: 0, suspended: 0 };
  const clock = () =>
    new AdvanceableClock({
      time: {
        date: () => Date.now() + time.date,
        running: () => performance.now(),
        suspended: () => time.suspended,
      },
    });
  const pass = (ms: number): void => void vi.advanceTimersByTime(ms);
  const HOUR = 3_600_000;

  beforeEach(() => {
    Object.assign(time, { date: 0, suspended: 0 });
    vi.useFakeTimers({ now: 1_000_000_000 });
  });
  afterEach(() => void vi.useRealTimers());

  it.each([13 * HOUR, -HOUR])('fires after as long as before, the date having jumped by %d ms', (jump) => {
    const running = clock();
    const early = vi.fn();
    const late = vi.fn();
    running.after(12 * HOUR, late);
    pass(1000);
    time.date += jump;
    expect(running.now()).toBe(1_000_001_000 + jump);
    running.after(2000, early);
    pass(1999);
    expect(early).not.toHaveBeenCalled();
    pass(1);
    expect(early).toHaveBeenCalledTimes(1);
    pass(12 * HOUR - 3001);
    expect(late).not.toHaveBeenCalled();
    pass(1);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('measures durations by what never goes back', () => {
    const running = clock();
    const before = running.elapsed();
    pass(10);
    time.date -= HOUR;
    expect(running.elapsed() - before).toBe(10);
    running.advance(5);
    expect(running.elapsed() - before).toBe(15);
  });

  it('counts a suspend like an advance, at most ten seconds after its end', () => {
    const running = clock();
    const run = vi.fn();
    running.after(12 * HOUR, run);
    pass(60_000);
    // Native timers stand meanwhile.
    time.date += 13 * HOUR;
    time.suspended += 13 * HOUR;
    pass(10_000);
    expect(run).toHaveBeenCalledTimes(1);
    expect(running.now()).toBe(1_000_070_000 + 13 * HOUR);
  });
});
