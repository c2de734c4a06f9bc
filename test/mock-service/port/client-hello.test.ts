import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { MORE, offeredProtocols } from '../../../src/mock-service/port/client-hello.js';

/** What node says first to a TLS server. */
async function helloOf(ALPNProtocols: string[] | undefined): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect({
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    ...(ALPNProtocols && { ALPNProtocols }),
  });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}

/** The same message in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    const header = Buffer.from([0x16, 3, 1, 0, 0]);
    header.writeUInt16BE(part.length, 3);
    parts.push(header, part);
  }
  return Buffer.concat(parts);
}

it('tells the names in their order, or that there are none', async () => {
  const names = ['x-amzn-mqtt-ca', 'http/1.1'];
  expect(offeredProtocols(await helloOf(names))).toEqual(names);
  expect(offeredProtocols(await helloOf(undefined))).toEqual([]);
});

it('wants more of every part of one, and reads it from several records too', async () => {
  const hello = await helloOf(['mqtt']);
  for (let length = 1; length < hello.length; length++) {
    expect(offeredProtocols(hello.subarray(0, length))).toBe(MORE);
  }
  expect(offeredProtocols(inRecords(hello, Math.ceil(hello.length / 3)))).toEqual(['mqtt']);
});

it('does not gather what comes in tiny records, and is not led past the end by a length', async () => {
  const hello = await helloOf(['mqtt']);
  expect(offeredProtocols(inRecords(hello, 1))).toEqual([]);
  for (let at = 5; at < hello.length; at++) {
    const bent = Buffer.from(hello);
    bent[at] = 0xff;
    const verdict = offeredProtocols(bent);
    expect(verdict === MORE || Array.isArray(verdict)).toBe(true);
  }
});
