import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { StartedMockService } from '../../src/mock-service/index.js';
import { type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { rawFrame, UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';
import { within } from '../support/within.js';

const MIB = 1024 * 1024;
const HIGH_WATER = MIB;
/** What kernels and node's streams hold on loopback between two processes' ends, generously. */
const KERNEL_BUFFERS = 24 * MIB;

/** A side that reads only when told to, and keeps a hash instead of the bytes. */
class SlowClient {
  readonly socket: Socket;
  readonly hash = createHash('sha256');
  received = 0;
  #head: Buffer | undefined = Buffer.alloc(0);
  #payloadLeft = 0;
  #header = Buffer.alloc(0);
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('close', () => this.#wake());
    socket.on('error', () => {});
  }

  static async open(service: StartedMockService, side: string, token: string, tls: boolean) {
    const ca = tls ? readFileSync(service.caPath, 'utf8') : '';
    const socket = tls
      ? connectTls({ port: service.port, host: '127.0.0.1', ca, servername: 'localhost' })
      : connect(service.port, '127.0.0.1');
    const client = new SlowClient(socket);
    // On 1.0 nothing comes but what is relayed.
    socket.write(
      upgradeRequest(`/tunnel?local-proxy-mode=${side}`, [
        ...UPGRADE_HEADERS,
        ['Sec-WebSocket-Protocol', 'aws.iot.securetunneling-1.0'],
        ['access-token', token],
      ]),
    );
    await client.until('the handshake', () => client.#head === undefined);
    return client;
  }

  /** Writes until the connection takes no more; says how many bytes of `chunk` went in, in whole chunks. */
  async writeUntilStuck(chunk: Buffer, isStuck: () => boolean): Promise<number> {
    let written = 0;
    for (;;) {
      written++;
      if (written * chunk.length > 4 * KERNEL_BUFFERS) throw new Error('The sender was never stopped');
      if (this.socket.write(chunk)) continue;
      const drained = new Promise<boolean>((resolve) => this.socket.once('drain', () => resolve(true)));
      const stuck = untilTurn(isStuck);
      if (!(await Promise.race([drained, stuck.done]))) return written;
      stuck.stop();
    }
  }

  async until(what: string, done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.socket.destroyed) throw new Error(`The connection ended before ${what}`);
      await within(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        what,
        60_000,
      );
    }
  }

  #read(chunk: Buffer): void {
    let rest = chunk;
    if (this.#head !== undefined) {
      this.#head = Buffer.concat([this.#head, chunk]);
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = this.#head.subarray(end + 4);
      this.#head = undefined;
    }
    while (rest.length > 0) {
      if (this.#payloadLeft > 0) {
        const piece = rest.subarray(0, this.#payloadLeft);
        this.hash.update(piece);
        this.received += piece.length;
        this.#payloadLeft -= piece.length;
        rest = rest.subarray(piece.length);
        continue;
      }
      this.#header = Buffer.concat([this.#header, rest.subarray(0, 1)]);
      rest = rest.subarray(1);
      const short = this.#header[1] ?? -1;
      const length = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (this.#header.length < length) continue;
      this.#payloadLeft =
        short === 127
          ? Number(this.#header.readBigUInt64BE(2))
          : short === 126
            ? this.#header.readUInt16BE(2)
            : short;
      this.#header = Buffer.alloc(0);
    }
    this.#wake();
  }
}

/** Resolves false once the condition holds for 20 turns of the loop in which sockets could have moved. */
function untilTurn(condition: () => boolean): { done: Promise<boolean>; stop: () => void } {
  let stopped = false;
  const done = (async () => {
    for (let turns = 0; turns < 2000 && !stopped; ) {
      turns = condition() ? turns + 1 : 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return false;
  })();
  const stop = () => {
    stopped = true;
  };
  return { done, stop };
}

/** V1 DATA on stream 1 with 60000 bytes, in one WebSocket frame. */
function dataFrame(fill: number): { wire: Buffer; tunnel: Buffer } {
  const message = Buffer.concat([Buffer.from('0801100122e0d403', 'hex'), Buffer.alloc(60_000, fill)]);
  const tunnel = Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
  return { wire: rawFrame(2, tunnel), tunnel };
}

const START = rawFrame(2, Buffer.from('000408021001', 'hex'));

async function slowPair(raw: ServiceForRaw, tls: boolean) {
  const { service } = raw;
  const { tunnel, sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
  const source = await SlowClient.open(service, 'source', sourceAccessToken, tls);
  const destination = await SlowClient.open(service, 'destination', destinationAccessToken, tls);
  return { tunnel, source, destination };
}

describe('back-pressure', () => {
  it.each([
    ['plain', false],
    ['TLS', true],
  ])('a reader that stalls stops the sender, and loses nothing when it goes on: %s', async (_name, tls) => {
    const raw = await startForRaw({ highWaterBytes: HIGH_WATER });
    const { source, destination, tunnel } = await slowPair(raw, tls);
    source.socket.write(START);
    await destination.until('the start of the stream', () => destination.received === 6);

    destination.socket.pause();
    const { wire, tunnel: frame } = dataFrame(0x55);
    const target = raw.service.session(tunnel.id, 'destination')!;
    const written = await source.writeUntilStuck(wire, () => target.backlogBytes >= HIGH_WATER);
    const stuckAt = written * frame.length;
    expect(stuckAt).toBeGreaterThan(HIGH_WATER);
    expect(stuckAt).toBeLessThan(KERNEL_BUFFERS);
    // What the service itself holds stays at the mark, but for what one read brings.
    expect(target.backlogBytes).toBeLessThan(HIGH_WATER + 0.5 * MIB);

    destination.socket.resume();
    await destination.until('everything that was sent', () => destination.received === 6 + stuckAt);
    const expected = createHash('sha256').update(Buffer.from('000408021001', 'hex'));
    for (let i = 0; i < written; i++) expected.update(frame);
    expect(destination.hash.digest('hex')).toBe(expected.digest('hex'));
    for (const client of [source, destination]) client.socket.destroy();
    await raw.stop();
  });

  it('a fault that slices the bytes for a reader that stalls stops the sender too, and loses nothing', async () => {
    const raw = await startForRaw({ highWaterBytes: HIGH_WATER });
    const { source, destination, tunnel } = await slowPair(raw, false);
    source.socket.write(START);
    await destination.until('the start of the stream', () => destination.received === 6);
    const attributes = { average_size: 2000, size_variation: 500 };
    raw.service.faults.add({ type: 'slicer', direction: 'to-destination', attributes });

    destination.socket.pause();
    const { wire, tunnel: frame } = dataFrame(0x55);
    const target = raw.service.session(tunnel.id, 'destination')!;
    const written = await source.writeUntilStuck(wire, () => target.backlogBytes >= HIGH_WATER);
    expect(target.backlogBytes).toBeLessThan(HIGH_WATER + 0.5 * MIB);

    destination.socket.resume();
    const total = 6 + written * frame.length;
    await destination.until('everything that was sent', () => destination.received === total);
    for (const client of [source, destination]) client.socket.destroy();
    await raw.stop();
  });

  it('two sides that both stall and go on get all there is, both ways', async () => {
    const raw = await startForRaw({ highWaterBytes: HIGH_WATER });
    const { source, destination, tunnel } = await slowPair(raw, false);
    source.socket.write(START);
    await destination.until('the start of the stream', () => destination.received === 6);
    const { wire, tunnel: frame } = dataFrame(0x77);
    const sessions = (['source', 'destination'] as const).map(
      (side) => raw.service.session(tunnel.id, side)!,
    );
    source.socket.pause();
    destination.socket.pause();
    const bothStuck = () => sessions.every((session) => session.backlogBytes >= HIGH_WATER);
    const [there, back] = await Promise.all([
      source.writeUntilStuck(wire, bothStuck),
      destination.writeUntilStuck(wire, bothStuck),
    ]);
    source.socket.resume();
    destination.socket.resume();
    await destination.until('all from the source', () => destination.received === 6 + there * frame.length);
    await source.until('all from the destination', () => source.received === back * frame.length);
    for (const client of [source, destination]) client.socket.destroy();
    await raw.stop();
  });

  it.each<[string, (raw: ServiceForRaw, tunnelId: string) => void]>([
    ['its tunnel closes', (raw, tunnelId) => raw.service.closeTunnel(tunnelId)],
    ['it is dropped', (raw, tunnelId) => raw.service.session(tunnelId, 'source')?.drop()],
    ['its peer is dropped', (raw, tunnelId) => raw.service.session(tunnelId, 'destination')?.drop()],
    ['the service stops', (raw) => void raw.service.stop()],
  ])('a paused sender is free again at once when %s', async (_name, end) => {
    const raw = await startForRaw({ highWaterBytes: HIGH_WATER, closeTimeoutMs: 100 });
    const { source, destination, tunnel } = await slowPair(raw, false);
    source.socket.write(START);
    destination.socket.pause();
    const target = raw.service.session(tunnel.id, 'destination')!;
    const sender = raw.service.session(tunnel.id, 'source')!;
    await source.writeUntilStuck(dataFrame(1).wire, () => target.backlogBytes >= HIGH_WATER);
    const drained = new Promise<void>((resolve) => {
      source.socket.once('drain', resolve);
      source.socket.once('close', () => resolve());
    });
    end(raw, tunnel.id);
    await within(drained, 'the sender to be read again, or ended');
    if (raw.service.session(tunnel.id, 'source') === undefined)
      await within(sender.closed, 'its socket to go');
    for (const client of [source, destination]) client.socket.destroy();
    await raw.stop();
  });
});
