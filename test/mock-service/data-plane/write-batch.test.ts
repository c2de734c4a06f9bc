import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WriteBatch } from '../../../src/mock-service/data-plane/websocket/write-batch.js';

/** A socket that takes nothing. */
function stuckSocket(): Writable {
  return new Writable({ write: () => {}, highWaterMark: 16_384 });
}

/** A connection, and what its batch writes. */
function connection(socket: Writable) {
  const written: Buffer[] = [];
  const batch = new WriteBatch(socket, {
    write: (bytes) => {
      written.push(bytes);
      socket.write(bytes);
    },
    onFailure: (error) => {
      throw error;
    },
  });
  return { batch, written };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const BINARY = 2;

describe('the write batch', () => {
  it('keeps no slab in memory for the little that waits for a stuck reader', async () => {
    const stuck = connection(stuckSocket());
    const busy = connection(new Writable({ write: (_bytes, _encoding, done) => done() }));
    for (let tick = 0; tick < 200; tick++) {
      stuck.batch.frame(BINARY, [Buffer.alloc(30, tick)], 30);
      // Others use up the slab meanwhile.
      for (let i = 0; i < 20; i++) busy.batch.frame(BINARY, [Buffer.alloc(4000)], 4000);
      await nextTurn();
    }
    const waiting = stuck.written.reduce((sum, { length }) => sum + length, 0);
    expect(waiting).toBe(200 * 32);
    const pinned = new Set(stuck.written.map(({ buffer }) => buffer));
    const bytes = [...pinned].reduce((sum, { byteLength }) => sum + byteLength, 0);
    // The first is on its way already; what comes behind it is copied out.
    expect(bytes).toBeLessThan(65_536 + 2 * waiting);
    expect(Buffer.concat(stuck.written).subarray(0, 3)).toEqual(Buffer.from([0x82, 30, 0]));
    expect(Buffer.concat(stuck.written).at(-1)).toBe(199);
  });

  it('hands on in one piece what is written in one tick', async () => {
    const { batch, written } = connection(stuckSocket());
    for (let i = 0; i < 3; i++) batch.frame(BINARY, [Buffer.from('ab')], 2);
    expect(written).toEqual([]);
    await nextTurn();
    expect(written).toHaveLength(1);
    expect(written[0]!.toString('hex')).toBe('82026162'.repeat(3));
  });

  it('tells of what is thrown while it hands on, and writes on', async () => {
    const failures: unknown[] = [];
    let breaks = true;
    const batch = new WriteBatch(stuckSocket(), {
      write: () => {
        if (breaks) throw new Error('broken stage');
      },
      onFailure: (error) => void failures.push(error),
    });
    batch.frame(BINARY, [Buffer.from('a')], 1);
    await nextTurn();
    expect(failures).toEqual([new Error('broken stage')]);
    breaks = false;
    batch.frame(BINARY, [Buffer.from('b')], 1);
    await nextTurn();
    expect(failures).toHaveLength(1);
  });
});
