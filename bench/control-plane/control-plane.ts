import { performance } from 'node:perf_hooks';
import type { Result } from 'autocannon';
import type { Bench, BenchCase, Metrics } from '../harness/bench.js';
import { besides, type Subject, startSubject } from '../harness/subject.js';
import { call, type Operation, operations, requestFor } from './operations.js';

interface Ready {
  readonly port: number;
}

const SUBJECT = besides(import.meta.url, 'subject');
const CONNECTIONS = 10;
const REQUESTS = 20_000;

async function load(subject: Subject<Ready>, operation: Operation, scale: number): Promise<Metrics> {
  // It is loaded here, because loading is slow and every sample of every bench starts a process.
  const { default: autocannon } = await import('autocannon');
  /**
   * Resolves to the seconds until the last answer. Autocannon's own duration is not used: it ends at the next full
   * second.
   */
  const fire = async (amount: number): Promise<number> => {
    const url = `http://127.0.0.1:${subject.ready.port}/`;
    const connections = Math.min(CONNECTIONS, amount);
    const startedAt = performance.now();
    let answeredAt = startedAt;
    const result = await new Promise<Result>((resolve, reject) => {
      const run = autocannon({ url, connections, amount, ...requestFor(operation) }, (error, done) =>
        error ? reject(error as Error) : resolve(done),
      );
      run.on('response', () => {
        answeredAt = performance.now();
      });
    });
    if (result['2xx'] !== amount || result.errors > 0) {
      throw new Error(`${operation.name}: ${result['2xx']} of ${amount} succeeded, ${result.errors} errors`);
    }
    return (answeredAt - startedAt) / 1000;
  };
  const amount = Math.ceil(REQUESTS * scale);
  // A warm-up of the same length, because the service has more code to warm up than a bare server.
  await fire(amount);
  const cpuBefore = await subject.cpuNs();
  const seconds = await fire(amount);
  const cpu = (await subject.cpuNs()) - cpuBefore;
  await subject.stop();
  return { requestsPerSecond: amount / seconds, cpuUsPerRequest: cpu / 1000 / amount };
}

async function sampleService(name: string, scale: number): Promise<Metrics> {
  const service = await startSubject<Ready>(SUBJECT, []);
  return load(service, await operations[name]!(service.ready.port), scale);
}

/** A bare `node:http` server that answers what the service answered. */
async function sampleBare(name: string, scale: number): Promise<Metrics> {
  const service = await startSubject<Ready>(SUBJECT, []);
  const operation = await operations[name]!(service.ready.port);
  const answer = await call(service.ready.port, operation);
  await service.stop();
  return load(await startSubject<Ready>(SUBJECT, [JSON.stringify(answer)]), operation, scale);
}

function operationCase(name: string): BenchCase {
  return {
    name,
    contenders: {
      service: (scale) => sampleService(name, scale),
      'bare node:http': (scale) => sampleBare(name, scale),
    },
    comparisons: [
      { metric: 'requestsPerSecond', of: 'service', against: 'bare node:http', target: { atLeast: 0.6 } },
      { metric: 'cpuUsPerRequest', of: 'service', against: 'bare node:http' },
    ],
  };
}

export const controlPlane: Bench = {
  name: 'control-plane',
  description:
    'OpenTunnel and DescribeTunnel compared with a bare node:http server that answers the same bytes',
  cases: Object.keys(operations).map(operationCase),
};
