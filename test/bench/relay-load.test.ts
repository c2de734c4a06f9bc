import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { buildLoad } from '../../bench/relay/load.js';
import { PayloadCounter } from '../../bench/relay/payload-counter.js';
import { openWebSocket, send } from '../../bench/relay/peers.js';
import { decodeMessage, FrameReader } from '../../src/protocol/index.js';

/** A WebSocket frame as a server sends it. */
function serverFrame(length: number, opcode = 2): Buffer {
  const header =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0]), uint32(length)]);
  return Buffer.concat([header, Buffer.alloc(length, 0x88)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

describe('PayloadCounter', () => {
  it('counts payload alone, whatever the sizes and the chunks', () => {
    const lengths = fc.array(fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000), { maxLength: 5 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 5000 }), (sizes, chunk) => {
        const stream = Buffer.concat(sizes.map((size) => serverFrame(size)));
        const counter = new PayloadCounter();
        for (let at = 0; at < stream.length; at += chunk) counter.push(stream.subarray(at, at + chunk));
        expect(counter.bytes).toBe(sizes.reduce<number>((sum, size) => sum + size, 0));
      }),
      { numRuns: 50 },
    );
  });

  it('fails on a close frame: the relay refused the load', () => {
    expect(() => new PayloadCounter().push(serverFrame(2, 8))).toThrow('closed the WebSocket');
  });
});

describe('the load', () => {
  const shapes = [
    { payload: 200, framesPerMessage: 1 },
    { payload: 200, framesPerMessage: 500 },
    { payload: 64_512, framesPerMessage: 1 },
  ];
  it.each(shapes)(
    'of $payload bytes, $framesPerMessage a message, is what a ws server reads as frames',
    async (shape) => {
      const load = buildLoad(shape);
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
      await once(server, 'listening');
      const payloads: number[] = [];
      const frames = new FrameReader((bytes, start, end) => {
        payloads.push(decodeMessage(bytes, start, end).payload.length);
      });
      const complete = new Promise<void>((resolve, reject) => {
        server.on('connection', (client) => {
          client.on('error', reject);
          client.on('message', (data: Buffer) => {
            frames.push(data);
            if (payloads.length === 1 + 2 * load.chunkFrames) resolve();
          });
        });
      });
      const socket = await openWebSocket({ port: (server.address() as AddressInfo).port }, 'source');
      socket.write(load.start);
      await send(socket, load.chunk, 2);
      await complete;
      socket.destroy();
      server.close();
      expect(payloads).toEqual([0, ...new Array(2 * load.chunkFrames).fill(shape.payload)]);
    },
  );
});
