import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Bench, BenchCase, Metrics, Sampler } from '../harness/bench.js';
import { besides, startSubject } from '../harness/subject.js';

const SUBJECT = besides(import.meta.url, 'subject');
const CHUNK = Buffer.alloc(65_536, 0x5a);
/** How many chunks the application sends before the measurement starts. */
const WARM_CHUNKS = 200;

/** Starts an application's server that counts the received bytes. */
async function startCounter() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let bytes = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached = () => {};
  server.on('connection', (socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes >= wanted) reached();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    total: (count: number) =>
      new Promise<void>((resolve) => {
        wanted = count;
        reached = resolve;
        if (bytes >= wanted) resolve();
      }),
    stop: () => void server.close(),
  };
}

async function write(socket: Socket, chunks: number): Promise<void> {
  for (let i = 0; i < chunks; i++) if (!socket.write(CHUNK)) await once(socket, 'drain');
}

/** Measures one application that sends to another as fast as it can, through `what` or directly. */
async function throughput(what: string | undefined, scale: number): Promise<Metrics> {
  const counter = await startCounter();
  const subject =
    what === undefined ? undefined : await startSubject<{ port: number }>(SUBJECT, [what, `${counter.port}`]);
  const socket = connect({ port: subject?.ready.port ?? counter.port, host: '127.0.0.1', noDelay: true });
  const warm = Math.ceil(WARM_CHUNKS * scale);
  const chunks = Math.ceil(3000 * scale);
  await Promise.all([write(socket, warm), counter.total(warm * CHUNK.length)]);
  const cpuBefore = await subject?.cpuNs();
  const startedAt = performance.now();
  await Promise.all([write(socket, chunks), counter.total((warm + chunks) * CHUNK.length)]);
  const seconds = (performance.now() - startedAt) / 1000;
  const bytes = chunks * CHUNK.length;
  const cpu = subject && (await subject.cpuNs()) - cpuBefore!;
  socket.destroy();
  counter.stop();
  await subject?.stop();
  return {
    megabytesPerSecond: bytes / 1e6 / seconds,
    ...(cpu !== undefined && { cpuNsPerKiB: cpu / (bytes / 1024) }),
  };
}

const through =
  (what?: string): Sampler =>
  (scale) =>
    throughput(what, scale);

const oneStream: BenchCase = {
  name: 'one connection, one way',
  contenders: {
    'tunnel V3': through('V3'),
    'tunnel V1': through('V1'),
    'three TCP pipes': through('pipes'),
    'direct TCP': through(),
  },
  comparisons: [
    { metric: 'cpuNsPerKiB', of: 'tunnel V3', against: 'three TCP pipes' },
    { metric: 'megabytesPerSecond', of: 'tunnel V3', against: 'three TCP pipes' },
    { metric: 'megabytesPerSecond', of: 'tunnel V3', against: 'direct TCP' },
    { metric: 'cpuNsPerKiB', of: 'tunnel V3', against: 'tunnel V1' },
  ],
};

export const tunnel: Bench = {
  name: 'tunnel',
  description:
    'end to end: source proxy, service, destination proxy, compared with three TCP pipes and a direct connection',
  cases: [oneStream],
};
