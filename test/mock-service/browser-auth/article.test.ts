import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';
import { runProgram } from '../../support/real-program.js';

let stateDir: string;
let service: StartedMockService;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'testbed-article-'));
  service = await startMockService({ stateDir });
});
afterEach(async () => {
  await service.stop();
  await rm(stateDir, { recursive: true });
});

const program = (name: string) => new URL(`../../../examples/article/${name}`, import.meta.url).pathname;
const run = (name: string, ...args: string[]) =>
  runProgram('node', [program(name), ...args], { env: { PATH: process.env.PATH ?? '' } });

describe("the article's steps, by programs of our own", () => {
  it('1: each side connects by header', async () => {
    const { sourceAccessToken, destinationAccessToken } = service.openTunnel();
    const endpoint = `ws://${service.endpoint}`;
    expect((await run('connect.mjs', endpoint, 'source', sourceAccessToken)).stdout).toBe(
      'source is connected\n',
    );
    const destination = await run('connect.mjs', endpoint, 'destination', destinationAccessToken);
    expect(destination.stdout).toBe('destination is connected\n');
    expect(await run('connect.mjs', endpoint, 'source', 'unknown')).toMatchObject({
      stderr: 'refused: 403\n',
    });
  });

  it('2: the source says hello and the destination reads it', async () => {
    const { sourceAccessToken, destinationAccessToken } = service.openTunnel();
    const said = await run(
      'hello.mjs',
      `ws://${service.endpoint}`,
      sourceAccessToken,
      destinationAccessToken,
    );
    expect(said).toMatchObject({ code: 0, stdout: 'Hello from the source\n' });
  });

  it('3: a page sets the cookie after a preflight and connects by cookie alone', async () => {
    const { sourceAccessToken } = service.openTunnel();
    const said = await run('cookie.mjs', `http://${service.endpoint}`, sourceAccessToken);
    expect(said).toMatchObject({ code: 0, stdout: 'source is connected by cookie\n' });
  });
});
