import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeData } from '../../src/protocol/index.js';
import { AppSocket, ClientSocket, OwnProxies, runSuite, scenario } from '../../src/scenario-runner/index.js';
import { race, racesOf } from '../../src/scenario-runner/trial/race.js';
import { Transcript } from '../../src/scenario-runner/trial/transcript.js';
import { binary, encodeServerFrame } from '../../src/scenario-runner/wire/server-frames.js';

const MEGABYTE = 1024 * 1024;
const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
});

/** Both ends of a TCP connection. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const near = connect(port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  cleanUp.push(() => {
    near.on('error', () => {}).destroy();
    far.on('error', () => {}).destroy();
    server.close();
  });
  return [near, far];
}

/** Writes until it is told to stop, no faster than TCP takes it. */
async function floods(socket: Socket, bytes: Buffer, until: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  void until.then(() => stop.abort());
  while (!stop.signal.aborted) {
    if (!socket.write(bytes)) await race([once(socket, 'drain').catch(() => {}), until]);
  }
}

describe('what the runner holds is bounded', () => {
  it('by a race that leaves nothing at a promise that outlives it', async () => {
    const long = new Promise<string>(() => {});
    for (let i = 0; i < 1000; i++) expect(await race([long, Promise.resolve(i)])).toBe(i);
    await expect(race([long, Promise.reject(new Error('lost'))])).rejects.toThrow('lost');
    expect(racesOf(long)).toBe(0);
  });

  it('and a race sees what has settled long before, and what rejects', async () => {
    const settled = Promise.resolve('first');
    await race([settled]);
    expect(await race([new Promise(() => {}), settled])).toBe('first');
  });

  it('where an application gets more than was asked for', async () => {
    const [near, far] = await pair();
    const app = new AppSocket(near, 'app', new Transcript());
    await floods(far, Buffer.alloc(MEGABYTE), once(near, 'pause'));
    expect(app.heldBytes).toBeGreaterThan(8 * MEGABYTE);
    expect(app.heldBytes).toBeLessThan(18 * MEGABYTE);
    // A wait that loses a race is given up, and here it is in many: so they see a promise for it.
    const asked = (async () => app.arrives(20 * MEGABYTE))();
    await floods(far, Buffer.alloc(MEGABYTE), asked);
    expect((await asked).length).toBe(20 * MEGABYTE);
  });

  it('where a client floods the service with messages nobody asks for', async () => {
    const [near, far] = await pair();
    const transcript = new Transcript();
    const link = new ClientSocket(near, {
      handshake: undefined as never,
      subprotocol: undefined,
      side: 'source',
      format: 'V3',
      services: () => ['SSH'],
      transcript,
      number: 1,
      patienceMs: () => 1000,
    });
    const data = encodeData({ streamId: 1, serviceId: 'SSH', connectionId: 1 }, Buffer.alloc(60_000));
    const frame = encodeServerFrame({ ...binary(data), mask: Buffer.from([1, 2, 3, 4]) });
    await floods(far, frame, once(near, 'pause'));
    expect(link.messages.weight).toBeGreaterThan(32 * MEGABYTE);
    expect(link.messages.weight).toBeLessThan(66 * MEGABYTE);
    expect(transcript.lines().length).toBeLessThan(302);
    link.messages.drain();
    expect(near.isPaused()).toBe(false);
  });

  it('where a transcript is told of much, and of long things', () => {
    const transcript = new Transcript();
    for (let i = 0; i < 100_000; i++) transcript.note('client', `${i} ${'x'.repeat(5000)}`);
    const lines = transcript.lines();
    expect(lines.length).toBeLessThan(302);
    expect(JSON.stringify(lines).length).toBeLessThan(200_000);
    expect(lines.find(({ who }) => who === 'harness')?.what).toBe(
      `… ${100_000 - lines.length + 1} lines left out …`,
    );
    expect(transcript.lines(3).map(({ what }) => what.split(' ')[0])).toEqual([
      '0',
      '1',
      '2',
      '…',
      '99997',
      '99998',
      '99999',
    ]);
  });

  it('whatever the size of a transfer, and however stuck its reader', async () => {
    const most = { app: 0, service: 0, down: 0, up: 0 };
    const transfer = scenario({
      id: 'test/transfer',
      title: 'A transfer',
      rules: ['S3'],
      role: 'client',
      versions: ['V3'],
      why: '',
      extraMs: 60_000,
      run: async (stage) => {
        const stream = await stage.opens();
        const look = (): void => {
          most.app = Math.max(most.app, stream.app.heldBytes);
          most.service = Math.max(most.service, stream.socket.messages.weight);
          most.down = Math.max(most.down, stream.socket.backlog);
          most.up = Math.max(most.up, stream.app.socket.writableLength);
        };
        stream.app.socket.on('data', look);
        stream.app.stopsReading();
        stream.socket.stopsReading();
        const down = stream.pours('down', 16 * MEGABYTE);
        const up = stream.pours('up', 16 * MEGABYTE);
        await stage.comes(Promise.all([down.poured, up.poured]), 500);
        look();
        stream.app.readsAgain();
        stream.socket.readsAgain();
        await Promise.all([down.completes('S3'), up.completes('S3')]);
      },
    });
    const suite = await runSuite({
      adapter: new OwnProxies(),
      scenarios: [transfer],
      patienceMs: 30_000,
      long: true,
    });
    expect(suite.results.map(({ verdict, defects }) => ({ verdict, defects }))).toEqual(
      Array(2).fill({ verdict: 'pass', defects: [] }),
    );
    expect(most.app).toBe(0);
    expect(most.service).toBe(0);
    expect(most.down).toBeLessThan(MEGABYTE);
    expect(most.up).toBeLessThan(MEGABYTE);
    for (const { transcript } of suite.results) expect(transcript.length).toBeLessThan(42);
  });
});
