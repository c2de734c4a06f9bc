import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { RunningProgram } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { startTunnel } from './support/tunnel.js';

const END = fileURLToPath(new URL('./support/bulk-end.mjs', import.meta.url));
const BYTES = 500_000_000;
const STOP_AFTER = 50_000_000;
/** What may lie in sockets and proxies between a writer and a reader that has stopped. */
const IN_BETWEEN = 64_000_000;
const SERVICE_MEMORY = 150 * 1024 * 1024;
const LIMIT_MS = 240_000;

test.skipIf(process.platform !== 'linux')(
  '500 MB each way at once, one reader stopping meanwhile: nothing lost, bounded memory of the service',
  { timeout: LIMIT_MS },
  async () => {
    using folder = temporaryFolder();
    await using reader = bulkEnd('listen', 0, 'receive', 'up');
    await using farWriter = bulkEnd('listen', 0, 'send', 'down');
    const port = async (end: RunningProgram) => (await end.event('listening')).port as number;
    await using tunnel = await startTunnel({
      stateDir: folder.file('state'),
      targets: { UP: await port(reader), DOWN: await port(farWriter) },
    });
    await using writer = bulkEnd('connect', tunnel.ports.UP!, 'send', 'up');
    await using nearReader = bulkEnd('connect', tunnel.ports.DOWN!, 'receive', 'down');

    await reader.until(() => progressOf(reader) >= STOP_AFTER || undefined, 'progress', LIMIT_MS);
    reader.child.kill('SIGSTOP');
    const down = await nearReader.event('done', LIMIT_MS);
    // The writer was held back: what it got rid of lies in buffers of bounded size.
    expect(progressOf(writer)).toBeLessThan(progressOf(reader) + IN_BETWEEN);
    reader.child.kill('SIGCONT');
    const up = await reader.event('done', LIMIT_MS);

    expect(down.sha256).toBe((await farWriter.event('done')).sha256);
    expect(up.sha256).toBe((await writer.event('done')).sha256);
    expect(peakMemory(tunnel.service.child.pid!)).toBeLessThan(SERVICE_MEMORY);
  },
);

function bulkEnd(role: string, port: number, direction: string, seed: string): RunningProgram {
  return new RunningProgram(process.execPath, [END, role, String(port), direction, seed, String(BYTES)]);
}

function progressOf(end: RunningProgram): number {
  const last = end.stdout.match(/"bytes":\d+/g)?.at(-1) ?? '"bytes":0';
  return Number(last.slice('"bytes":'.length));
}

/** The most memory a process has ever held, in bytes. */
function peakMemory(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}
