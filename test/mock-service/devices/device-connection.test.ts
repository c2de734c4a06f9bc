import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { DeviceConnection } from '../../../src/mock-service/devices/device-connection.js';

const HELLO_5 = Buffer.from('100d00044d5154540502003c000000', 'hex');
const WELCOME_4 = Buffer.from('20020000', 'hex');
const TOO_LONG = Buffer.from('30ffff7f', 'hex');

it('tells a device why its connection ends, even while what it was told before is still being written', async () => {
  const written: string[] = [];
  const releases: (() => void)[] = [];
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString('hex'));
      releases.push(done);
    },
  });
  const connection = new DeviceConnection(socket, { maxPacketBytes: 1000, maxQueuedBytes: 1000 });
  connection.on('error', () => undefined);
  connection.resume();
  const ended = new Promise((resolve) => connection.once('close', resolve));
  socket.push(HELLO_5);
  await new Promise((resolve) => connection.once('data', resolve));
  connection.write(WELCOME_4);
  socket.push(TOO_LONG);
  await ended;
  expect(written).toEqual([expect.stringMatching(/^20/)]);
  const finished = new Promise((resolve) => socket.once('finish', resolve));
  releases.shift()!();
  await expect.poll(() => written[1]).toMatch(/^e0..95/);
  releases.shift()!();
  await finished;
  socket.destroy();
});
