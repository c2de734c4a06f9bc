import { forgetReaders } from './output/index.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** If stopping takes longer than this, in milliseconds, the program exits. */
const LONGEST_STOP_MS = 15_000;

/**
 * An abort signal for Ctrl-C, SIGTERM and SIGHUP. Further signals are ignored: under npm, one Ctrl-C arrives twice, and
 * the second must not interrupt the cleaning up. Disposing removes the signal handlers.
 */
export function stopOnSignal(): {
  readonly signal: AbortSignal;
  readonly stopped: Promise<void>;
} & Disposable {
  const controller = new AbortController();
  const abort = (): void => {
    if (controller.signal.aborted) return;
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    forgetReaders();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, abort);
  const stopped = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return {
    signal: controller.signal,
    stopped,
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.removeListener(name, abort);
    },
  };
}
