import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Program } from '../../scenarios/ssh/program.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** `cat` waits for input that never comes. */
it('a program with a task is killed after 90 s', async () => {
  await using program = new Program('cat', []);
  vi.advanceTimersByTime(90_000);
  expect(await program.finished).toMatchObject({ signal: 'SIGKILL' });
});

it('a server lives until it is disposed, however long its cases take', async () => {
  const server = new Program('cat', [], {}, 'server');
  vi.advanceTimersByTime(24 * 60 * 60 * 1000);
  server.stdin.end('still here');
  expect(await server.finished).toMatchObject({ code: 0, signal: null });
  await server[Symbol.asyncDispose]();
});
