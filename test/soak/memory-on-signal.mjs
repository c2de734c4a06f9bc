/*
 * Loaded before the service: on SIGUSR2 it collects garbage and writes what is still held, as a line of JSON on standard error.
 * Node has to run with --expose-gc.
 */
process.on('SIGUSR2', () => {
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stderr.write(`${JSON.stringify({ memory: { held: heapUsed + external, rss } })}\n`);
});
