import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AdvanceableClock, startMockService } from '../../src/mock-service/index.js';
import { startForRaw } from '../support/raw-pair.js';
import { closeBytes, RawClient, rawFrame } from '../support/raw-websocket.js';

/** Servers, sockets and the like that keep this process alive. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|TLS|Pipe/.test(name))
    .sort();
}

describe('stopping the service', () => {
  it('closes with 1001, frees the port and leaves no handle', async () => {
    const before = handles();
    const raw = await startForRaw();
    const { source, destination } = await raw.pair();
    const { port } = raw.service;
    const stopped = raw.service.stop();
    for (const client of [source, destination]) {
      expect(await client.closeFrame()).toEqual({ code: 1001, reason: 'Service is stopping' });
      client.write(rawFrame(8, closeBytes(1001)));
      await client.end();
    }
    await stopped;
    await expect(RawClient.connect(port)).rejects.toThrow(/ECONNREFUSED/);
    expect(() => raw.service.openTunnel()).toThrow(/stopped/);
    await raw.stop();
    // libuv lets go of closed handles at the end of a turn.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(handles()).toEqual(before);
  });

  it('does not wait for clients that never answer, even where the clock stands still', async () => {
    const raw = await startForRaw({ clock: new AdvanceableClock({ frozen: true }), closeTimeoutMs: 50 });
    const { source, tunnel } = await raw.pair();
    raw.service.session(tunnel.id, 'destination')!.stopReading();
    await raw.service.stop();
    await source.end();
    await raw.stop();
  });

  it('happens when the service goes out of scope', async () => {
    let port: number;
    const stateDir = mkdtempSync(join(tmpdir(), 'testbed-scope-'));
    {
      await using service = await startMockService({ stateDir });
      port = service.port;
    }
    await expect(RawClient.connect(port)).rejects.toThrow(/ECONNREFUSED/);
    rmSync(stateDir, { recursive: true });
  });
});

describe('starting the service', () => {
  it('says which port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    await expect(startForRaw({ port })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: expect.stringContaining(`127.0.0.1 port ${port}: the port is in use`),
    });
    taken.close();
  });

  it.each([
    [{ port: 70_000 }, 'port'],
    [{ enforce: 'maybe' }, 'enforce'],
    [{ reframing: { mode: 'split' } }, 'reframing'],
    [{ closes: { replaced: { code: 1008, reason: 'é'.repeat(62) } } }, 'closes.replaced.reason'],
    [{ highWater: 1 }, 'highWater'],
  ])('names the option that is wrong: %j', async (options, name) => {
    await expect(startForRaw(options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(name),
    });
  });

  it('gives the same ids and tokens for the same seed', async () => {
    const opened = [];
    for (let i = 0; i < 2; i++) {
      const raw = await startForRaw({ seed: 'again' });
      const { tunnel, ...tokens } = raw.service.openTunnel();
      opened.push({ id: tunnel.id, ...tokens });
      await raw.stop();
    }
    expect(opened[0]).toEqual(opened[1]);
  });
});
