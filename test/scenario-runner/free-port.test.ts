import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../../src/scenario-runner/trial/free-port.js';

it('gives ports that nobody has, each once, and that the system does not hand out by itself', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(ports.length);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: handedOut } = server.address() as { port: number };
  expect(Math.max(...ports)).toBeLessThan(handedOut);
  const rebound = createServer();
  await new Promise<void>((resolve, reject) => {
    rebound.once('error', reject);
    rebound.listen(ports[0], '127.0.0.1', resolve);
  });
  server.close();
  rebound.close();
});
